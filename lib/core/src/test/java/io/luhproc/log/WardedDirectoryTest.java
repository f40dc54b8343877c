package io.luhproc.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a directory is looked at, and what is done then; hours pass at once. */
final class WardedDirectoryTest {
  private static final LogPolicy SMALL = LogPolicy.defaults().withMaxBytes(4096).withMaxParts(1000);
  private static final Duration BRIEF = WardedDirectory.BRIEF;
  private static final Duration WATCHED = WardedDirectory.WATCHED;
  private static final Duration UNWATCHED = WardedDirectory.UNWATCHED;
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);

  private final TickTime time = new TickTime();
  private final FaultyPosix posix = new FaultyPosix();
  private final List<Path> refreshed = new ArrayList<>();
  private Consumer<Path> refresh = refreshed::add;
  private KernelWatch watch;
  private LogDirectory directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = LogDirectory.onDisk();
    watch = KernelWatch.open(time);
  }

  @AfterEach
  void removeDirectory() throws IOException {
    watch.close();
    if (Files.exists(directory.path())) {
      directory.close();
    }
  }

  private WardedDirectory warded(LogPolicy policy) {
    KeeperTools keeper = new KeeperTools(time, posix, step -> {});
    Consumer<Path> asked = path -> refresh.accept(path);
    WardedDirectory.Tools tools = new WardedDirectory.Tools(keeper, watch, asked);
    return new WardedDirectory(directory.path(), policy, tools);
  }

  /** Looks as often as is asked for; returns how often that was. */
  private int letPass(Duration duration, WardedDirectory warded) {
    Instant end = time.now().plus(duration);
    int looks = 0;
    while (time.now().isBefore(end)) {
      time.advance(warded.look());
      looks++;
    }
    return looks;
  }

  private void awaitTold(WardedDirectory warded) {
    List<WatchKey> told = watch.await(TOLD_WITHIN);
    assertThat(told).hasSize(1);
    warded.tell();
  }

  private boolean isTold() {
    return !watch.await(Duration.ofMillis(50)).isEmpty();
  }

  @Test
  void aDirectoryThatNobodyWritesToIsLookedAtEveryHalfHourAndNotTicked() {
    WardedDirectory quiet = warded(SMALL);
    int looks = letPass(Duration.ofHours(10), quiet);
    assertThat(looks).isBetween(20, 40);
    assertThat(refreshed).hasSizeBetween(9, 10).containsOnly(directory.path());
    // Each tick of each of the two streams asks twice what time it is: to expire and to note.
    assertThat(time.asked()).isLessThan(10);
    assertThat(quiet.isQuiet()).isTrue();
  }

  @Test
  void aWriteWakesItAndAMinuteWithoutOneQuietensIt() throws IOException {
    WardedDirectory warded = warded(SMALL);
    assertThat(warded.look()).isEqualTo(WATCHED);
    directory.writeNumbers(1, 1000);
    awaitTold(warded);
    assertThat(warded.look()).isLessThanOrEqualTo(BRIEF);
    assertThat(warded.isQuiet()).isFalse();
    assertThat(directory.files().parts()).isNotEmpty();
    assertThat(letPass(Duration.ofSeconds(59), warded)).isLessThan(20);
    assertThat(warded.isQuiet()).isFalse();
    letPass(Duration.ofSeconds(90), warded);
    assertThat(warded.isQuiet()).isTrue();
    directory.writeNumbers(1001, 1001);
    awaitTold(warded);
    assertThat(warded.look()).isEqualTo(BRIEF);
  }

  @Test
  void aWriteWhileTheKernelTellsNothingIsFoundByTheNextLook() throws IOException {
    WardedDirectory warded = warded(SMALL);
    letPass(Duration.ofMinutes(2), warded);
    directory.writeNumbers(1, 1000);
    letPass(Duration.ofMinutes(1), warded);
    assertThat(directory.files().parts()).isNotEmpty();
  }

  @Test
  void theKernelDoesNotTellOfEachWriteOfABusyProcess() throws IOException {
    WardedDirectory busy = warded(SMALL);
    busy.look();
    directory.writeNumbers(1, 10);
    awaitTold(busy);
    for (int i = 1; i <= 5; i++) {
      time.advance(busy.look());
      directory.writeNumbers(i * 10 + 1, i * 10 + 10);
    }
    assertThat(isTold()).isFalse();
    letPass(Duration.ofSeconds(5), busy);
    directory.writeNumbers(61, 61);
    awaitTold(busy);
  }

  @Test
  void theTimeOfTheLastLinesIsNotedThoughNothingFollowsThem() throws IOException {
    WardedDirectory warded = warded(SMALL);
    directory.writeNumbers(1, 10);
    warded.look();
    directory.writeNumbers(11, 20);
    letPass(Duration.ofSeconds(5), warded);
    TimeIndex.Entry last = new IndexFile(directory.files()).entries().last();
    assertThat(last.offset()).isEqualTo(directory.files().liveSize());
  }

  @Test
  void anotherFileThatIsWrittenAllTheTimeCausesALookASecondAndNoTick() throws IOException {
    WardedDirectory warded = warded(SMALL);
    Path other = directory.path().resolve("heartbeat");
    warded.look();
    int before = time.asked();
    for (int i = 0; i < 5; i++) {
      Files.writeString(other, "beat " + i);
      awaitTold(warded);
      assertThat(warded.look()).isEqualTo(BRIEF);
      Files.writeString(other, "another " + i);
      assertThat(isTold()).isFalse();
      time.advance(BRIEF);
      assertThat(warded.look()).isEqualTo(WATCHED);
    }
    assertThat(time.asked()).isEqualTo(before);
    assertThat(warded.isQuiet()).isTrue();
  }

  @Test
  void withoutTheKernelItIsLookedAtEveryFewSeconds() throws IOException {
    watch.close();
    watch =
        KernelWatch.open(
            time,
            () -> {
              throw new IOException("User limit of inotify instances reached");
            });
    WardedDirectory warded = warded(SMALL);
    assertThat(letPass(Duration.ofMinutes(1), warded)).isBetween(12, 15);
    directory.writeNumbers(1, 1000);
    letPass(UNWATCHED, warded);
    assertThat(directory.files().parts()).isNotEmpty();
    letPass(Duration.ofMinutes(3), warded);
    assertThat(warded.isQuiet()).isTrue();
  }

  @Test
  void aKernelThatRefusesIsAskedAgainAfterTenMinutes() throws IOException {
    RefusingKernel kernel = new RefusingKernel();
    watch.close();
    watch = KernelWatch.open(time, kernel);
    WardedDirectory warded = warded(SMALL);
    assertThat(warded.look()).isEqualTo(UNWATCHED);
    letPass(Duration.ofMinutes(25), warded);
    assertThat(kernel.asked.get()).isEqualTo(3);
    kernel.refuses = false;
    letPass(Duration.ofMinutes(11), warded);
    assertThat(warded.look()).isEqualTo(WATCHED);
    directory.writeNumbers(1, 1);
    awaitTold(warded);
  }

  private static final class RefusingKernel implements KernelWatch.Kernel {
    private final AtomicInteger asked = new AtomicInteger();
    private boolean refuses = true;

    @Override
    public WatchService open() throws IOException {
      return java.nio.file.FileSystems.getDefault().newWatchService();
    }

    @Override
    public WatchKey register(Path path, WatchService service) throws IOException {
      asked.incrementAndGet();
      if (refuses) {
        throw new IOException("User limit of inotify watches reached");
      }
      return KernelWatch.Kernel.super.register(path, service);
    }
  }

  @Test
  void aDirectoryThatVanishesIsKeptAgainWhenItIsBack() throws IOException {
    WardedDirectory warded = warded(SMALL);
    directory.writeNumbers(1, 1000);
    letPass(Duration.ofSeconds(10), warded);
    directory.close();
    assertThat(warded.look()).isEqualTo(WardedDirectory.LINGER);
    assertThat(warded.isQuiet()).isTrue();
    assertThat(letPass(Duration.ofHours(5), warded)).isLessThanOrEqualTo(301);
    Files.createDirectory(directory.path());
    directory.writeNumbers(1, 1000);
    letPass(Duration.ofSeconds(10), warded);
    assertThat(directory.files().parts()).isNotEmpty();
    assertThat(directory.concatenated().lines().toList()).isEqualTo(LogDirectory.numbers(1, 1000));
    assertThat(isTold()).isTrue();
  }

  @Test
  void aFullDiskIsTriedAgainEveryFewSecondsUntilThereIsRoom() throws IOException {
    posix.failing(true);
    WardedDirectory warded = warded(SMALL);
    directory.writeNumbers(1, 1000);
    assertThat(warded.look()).isEqualTo(UNWATCHED);
    assertThat(letPass(Duration.ofMinutes(10), warded)).isBetween(100, 125);
    assertThat(warded.isQuiet()).isFalse();
    posix.failing(false);
    letPass(Duration.ofMinutes(3), warded);
    assertThat(warded.isQuiet()).isTrue();
    assertThat(directory.files().liveSize()).isLessThanOrEqualTo(8192);
    assertThat(directory.concatenated().lines().toList()).isEqualTo(LogDirectory.numbers(1, 1000));
  }

  @Test
  void everyPartIsCompressedBeforeItIsQuiet() throws IOException {
    WardedDirectory warded = warded(SMALL.withGzip(true));
    directory.writeNumbers(1, 5000);
    letPass(Duration.ofMinutes(5), warded);
    assertThat(directory.files().parts()).hasSizeGreaterThan(16).allMatch(Part::gzip);
    assertThat(warded.isQuiet()).isTrue();
  }

  @Test
  void oldPartsExpireThoughNobodyWrites() throws IOException {
    WardedDirectory warded = warded(SMALL.withMaxAge(Duration.ofHours(5)));
    directory.writeNumbers(1, 1000);
    letPass(Duration.ofHours(4), warded);
    assertThat(warded.isQuiet()).isTrue();
    assertThat(directory.files().parts()).isNotEmpty();
    letPass(Duration.ofHours(2).plus(WATCHED), warded);
    assertThat(directory.files().parts()).isEmpty();
  }

  /** Returns how often it has thrown. */
  private AtomicInteger throwOnRefresh() {
    AtomicInteger calls = new AtomicInteger();
    refresh =
        path -> {
          calls.incrementAndGet();
          throw new IllegalStateException("on purpose");
        };
    return calls;
  }

  @Test
  void aCallbackThatThrowsEndsNothing() throws IOException {
    AtomicInteger calls = throwOnRefresh();
    WardedDirectory warded = warded(SMALL);
    letPass(Duration.ofHours(5), warded);
    assertThat(calls.get()).isBetween(4, 5);
    directory.writeNumbers(1, 1000);
    letPass(WATCHED, warded);
    assertThat(directory.files().parts()).isNotEmpty();
  }

  @Test
  void whatIsSeenByTheLookThatFailsIsKeptByTheNext() throws IOException {
    AtomicInteger calls = throwOnRefresh();
    WardedDirectory warded = warded(SMALL);
    letPass(Duration.ofMinutes(2), warded);
    int before = calls.get();
    // By then it is to be kept fresh.
    time.advance(Duration.ofHours(2));
    directory.writeNumbers(1, 1000);
    assertThat(warded.look()).isEqualTo(UNWATCHED);
    assertThat(calls).hasValue(before + 1);
    time.advance(UNWATCHED);
    warded.look();
    assertThat(directory.files().parts()).isNotEmpty();
  }

  @Test
  void whatWasWrittenBeforeItIsRemovedIsKept() throws IOException {
    WardedDirectory warded = warded(SMALL);
    warded.look();
    directory.writeNumbers(1, 1000);
    warded.remove();
    assertThat(directory.files().parts()).isNotEmpty();
    assertThat(new IndexFile(directory.files()).entries().last()).isNotNull();
    directory.close();
    assertThat(warded.look()).isEqualTo(WATCHED);
    assertThat(directory.path()).doesNotExist();
  }

  /** Time of a test, which counts how often the wall clock is read: by ticks, and by the test. */
  private static final class TickTime implements TimeSource {
    private final SettableTime time = new SettableTime();
    private int asked;

    @Override
    public Instant now() {
      if (StackWalker.getInstance()
          .walk(calls -> calls.anyMatch(call -> call.getMethodName().equals("tick")))) {
        asked++;
      }
      return time.now();
    }

    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public void sleep(Duration duration) {
      time.sleep(duration);
    }

    void advance(Duration duration) {
      time.advance(duration);
    }

    int asked() {
      return asked;
    }
  }
}
