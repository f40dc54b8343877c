package io.luhproc.log.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.RotatedFile;
import io.luhproc.log.file.TimeIndex;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
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

/** The schedule of polls of a directory, in virtual time. */
final class MaintainedDirectoryTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);
  private static final Duration ACTIVE_POLL = MaintainedDirectory.ACTIVE_POLL;
  private static final Duration IDLE_POLL = MaintainedDirectory.IDLE_POLL;
  private static final Duration FALLBACK_POLL = MaintainedDirectory.FALLBACK_POLL;
  private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(10);

  private final TickCountingTime time = new TickCountingTime();
  private final FaultyPosix posix = new FaultyPosix();
  private final List<Path> refreshed = new ArrayList<>();
  private Consumer<Path> refresh = refreshed::add;
  private InotifyWatcher watcher;
  private TempLogDirectory directory;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = TempLogDirectory.createOnDisk();
    watcher = InotifyWatcher.open(time);
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    watcher.close();
    if (Files.exists(directory.path())) {
      directory.close();
    }
  }

  private MaintainedDirectory maintainedDirectory(LogPolicy policy) {
    MaintenanceContext maintenance = new MaintenanceContext(time, posix, checkpoint -> {});
    Consumer<Path> callback = path -> refresh.accept(path);
    MaintainedDirectory.SharedContext context =
        new MaintainedDirectory.SharedContext(maintenance, watcher, callback);
    MaintainedDirectory maintained = new MaintainedDirectory(directory.path(), policy, context);
    maintained.startWatching();
    return maintained;
  }

  /** Polls at the requested times; returns the number of polls. */
  private int pollFor(Duration duration, MaintainedDirectory maintained) {
    Instant end = time.now().plus(duration);
    int polls = 0;
    while (time.now().isBefore(end)) {
      time.advance(maintained.poll());
      polls++;
    }
    return polls;
  }

  private void awaitSignal(MaintainedDirectory maintained) {
    List<WatchKey> keys = watcher.awaitModified(SIGNAL_TIMEOUT);
    assertThat(keys).hasSize(1);
    maintained.onModified();
  }

  private boolean isSignalled() {
    return !watcher.awaitModified(Duration.ofMillis(50)).isEmpty();
  }

  @Test
  void idleDirectoryIsPolledEveryHalfHourWithoutTick() {
    MaintainedDirectory quiet = maintainedDirectory(SMALL);
    int polls = pollFor(Duration.ofHours(10), quiet);
    assertThat(polls).isBetween(20, 40);
    assertThat(refreshed).hasSizeBetween(9, 10).containsOnly(directory.path());
    // A tick of each of the two streams reads the clock twice: to expire and to index.
    assertThat(time.tickReads()).isLessThan(10);
    assertThat(quiet.isIdle()).isTrue();
  }

  @Test
  void writeActivatesDirectoryAndMinuteWithoutWriteIdlesIt() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    assertThat(maintained.poll()).isEqualTo(IDLE_POLL);
    directory.writeNumberedLines(1, 1000);
    awaitSignal(maintained);
    assertThat(maintained.poll()).isLessThanOrEqualTo(ACTIVE_POLL);
    assertThat(maintained.isIdle()).isFalse();
    assertThat(directory.files().rotatedFiles()).isNotEmpty();
    assertThat(pollFor(Duration.ofSeconds(59), maintained)).isLessThan(20);
    assertThat(maintained.isIdle()).isFalse();
    pollFor(Duration.ofSeconds(90), maintained);
    assertThat(maintained.isIdle()).isTrue();
    directory.writeNumberedLines(1001, 1001);
    awaitSignal(maintained);
    // Its rate is not known yet.
    assertThat(maintained.poll()).isEqualTo(new TickSchedule(SMALL, new MeanGrowth()).busyDelay());
  }

  @Test
  void delayIsShortWhenFileGrewBetweenStatAndTickOfLastPoll() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    maintained.poll();
    // The refresh is between the two.
    time.advance(Duration.ofHours(2));
    refresh = path -> writeLine(2);
    writeLine(1);
    maintained.poll();
    time.advance(TickSchedule.MIN_DELAY);
    assertThat(maintained.poll()).isEqualTo(new TickSchedule(SMALL, new MeanGrowth()).busyDelay());
  }

  @Test
  void linesOfQuietDirectoryAreRotatedWithinHoursOfMidnight() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL.withName("web {date}.log"));
    directory.writeNumberedLines(1, 10);
    pollFor(Duration.ofHours(23), maintained);
    assertThat(directory.files().rotatedFiles()).isEmpty();
    assertThat(maintained.isIdle()).isTrue();
    pollFor(Duration.ofHours(3), maintained);
    assertThat(directory.fileNames()).contains("web 2026-01-01.log");
    assertThat(maintained.isIdle()).isTrue();
  }

  private void writeLine(int number) {
    try {
      directory.writeNumberedLines(number, number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void writeWithoutSignalIsFoundByNextPoll() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    pollFor(Duration.ofMinutes(2), maintained);
    directory.writeNumberedLines(1, 1000);
    pollFor(Duration.ofMinutes(1), maintained);
    assertThat(directory.files().rotatedFiles()).isNotEmpty();
  }

  @Test
  void watchIsCancelledWhileProcessWritesContinuously() throws IOException {
    MaintainedDirectory busy = maintainedDirectory(SMALL);
    busy.poll();
    directory.writeNumberedLines(1, 10);
    awaitSignal(busy);
    for (int i = 1; i <= 5; i++) {
      time.advance(busy.poll());
      directory.writeNumberedLines(i * 10 + 1, i * 10 + 10);
    }
    assertThat(isSignalled()).isFalse();
    pollFor(Duration.ofSeconds(5), busy);
    directory.writeNumberedLines(61, 61);
    awaitSignal(busy);
  }

  @Test
  void lastLinesAreIndexedWhenNoWriteFollows() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    directory.writeNumberedLines(1, 10);
    maintained.poll();
    directory.writeNumberedLines(11, 20);
    pollFor(Duration.ofSeconds(5), maintained);
    TimeIndex.Entry last = new IndexFile(directory.files()).readEntries().lastEntry();
    assertThat(last.offset()).isEqualTo(directory.files().activeSize());
  }

  @Test
  void unrelatedWritesCausePollsWithoutTick() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    Path other = directory.path().resolve("heartbeat");
    maintained.poll();
    int before = time.tickReads();
    for (int i = 0; i < 5; i++) {
      Files.writeString(other, "beat " + i);
      awaitSignal(maintained);
      assertThat(maintained.poll()).isEqualTo(ACTIVE_POLL);
      Files.writeString(other, "another " + i);
      assertThat(isSignalled()).isFalse();
      time.advance(ACTIVE_POLL);
      assertThat(maintained.poll()).isEqualTo(IDLE_POLL);
    }
    assertThat(time.tickReads()).isEqualTo(before);
    assertThat(maintained.isIdle()).isTrue();
  }

  @Test
  void directoryIsPolledEveryFewSecondsWhenInotifyIsUnavailable() throws IOException {
    watcher.close();
    watcher =
        InotifyWatcher.open(
            time,
            () -> {
              throw new IOException("User limit of inotify instances reached");
            });
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    assertThat(pollFor(Duration.ofMinutes(1), maintained)).isBetween(12, 15);
    directory.writeNumberedLines(1, 1000);
    pollFor(FALLBACK_POLL, maintained);
    assertThat(directory.files().rotatedFiles()).isNotEmpty();
    pollFor(Duration.ofMinutes(3), maintained);
    assertThat(maintained.isIdle()).isTrue();
  }

  @Test
  void watchIsRetriedAfterTenMinutesWhenRegistrationFails() throws IOException {
    FailingBackend backend = new FailingBackend();
    watcher.close();
    watcher = InotifyWatcher.open(time, backend);
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    assertThat(maintained.poll()).isEqualTo(FALLBACK_POLL);
    pollFor(Duration.ofMinutes(25), maintained);
    assertThat(backend.attempts.get()).isEqualTo(3);
    backend.failing = false;
    pollFor(Duration.ofMinutes(11), maintained);
    assertThat(maintained.poll()).isEqualTo(IDLE_POLL);
    directory.writeNumberedLines(1, 1);
    awaitSignal(maintained);
  }

  private static final class FailingBackend implements InotifyWatcher.WatchBackend {
    private final AtomicInteger attempts = new AtomicInteger();
    private boolean failing = true;

    @Override
    public WatchService open() throws IOException {
      return FileSystems.getDefault().newWatchService();
    }

    @Override
    public WatchKey register(Path path, WatchService service) throws IOException {
      attempts.incrementAndGet();
      if (failing) {
        throw new IOException("User limit of inotify watches reached");
      }
      return InotifyWatcher.WatchBackend.super.register(path, service);
    }
  }

  @Test
  void maintenanceResumesWhenDirectoryReappears() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    directory.writeNumberedLines(1, 1000);
    pollFor(Duration.ofSeconds(10), maintained);
    directory.close();
    assertThat(maintained.poll()).isEqualTo(MaintainedDirectory.IDLE_CLOSE_DELAY);
    assertThat(maintained.isIdle()).isTrue();
    assertThat(pollFor(Duration.ofHours(5), maintained)).isLessThanOrEqualTo(301);
    Files.createDirectory(directory.path());
    directory.writeNumberedLines(1, 1000);
    pollFor(Duration.ofSeconds(10), maintained);
    assertThat(directory.files().rotatedFiles()).isNotEmpty();
    assertThat(directory.concatenateFiles().lines().toList())
        .isEqualTo(TempLogDirectory.numberedLines(1, 1000));
    assertThat(isSignalled()).isTrue();
  }

  @Test
  void rotationIsRetriedUntilDiskHasSpace() throws IOException {
    posix.setFailing(true);
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    directory.writeNumberedLines(1, 1000);
    assertThat(maintained.poll()).isEqualTo(FALLBACK_POLL);
    assertThat(pollFor(Duration.ofMinutes(10), maintained)).isBetween(100, 125);
    assertThat(maintained.isIdle()).isFalse();
    posix.setFailing(false);
    pollFor(Duration.ofMinutes(3), maintained);
    assertThat(maintained.isIdle()).isTrue();
    assertThat(directory.files().activeSize()).isLessThanOrEqualTo(8192);
    assertThat(directory.concatenateFiles().lines().toList())
        .isEqualTo(TempLogDirectory.numberedLines(1, 1000));
  }

  @Test
  void allRotatedFilesAreCompressedBeforeDirectoryIsIdle() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL.withGzip(true));
    directory.writeNumberedLines(1, 5000);
    pollFor(Duration.ofMinutes(5), maintained);
    assertThat(directory.files().rotatedFiles()).hasSizeGreaterThan(16).allMatch(RotatedFile::gzip);
    assertThat(maintained.isIdle()).isTrue();
  }

  @Test
  void oldFilesExpireWithoutNewWrites() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL.withMaxAge(Duration.ofHours(5)));
    directory.writeNumberedLines(1, 1000);
    pollFor(Duration.ofHours(4), maintained);
    assertThat(maintained.isIdle()).isTrue();
    assertThat(directory.files().rotatedFiles()).isNotEmpty();
    pollFor(Duration.ofHours(2).plus(IDLE_POLL), maintained);
    assertThat(directory.files().rotatedFiles()).isEmpty();
  }

  /** Makes the refresh throw; returns the number of calls. */
  private AtomicInteger throwOnRefresh() {
    AtomicInteger calls = new AtomicInteger();
    refresh =
        path -> {
          calls.incrementAndGet();
          throw new IllegalStateException("injected");
        };
    return calls;
  }

  @Test
  void maintenanceContinuesWhenRefreshThrows() throws IOException {
    AtomicInteger calls = throwOnRefresh();
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    pollFor(Duration.ofHours(5), maintained);
    assertThat(calls.get()).isBetween(4, 5);
    directory.writeNumberedLines(1, 1000);
    pollFor(IDLE_POLL, maintained);
    assertThat(directory.files().rotatedFiles()).isNotEmpty();
  }

  @Test
  void writeSeenByFailedPollIsRotatedByNextPoll() throws IOException {
    AtomicInteger calls = throwOnRefresh();
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    pollFor(Duration.ofMinutes(2), maintained);
    int before = calls.get();
    // The next refresh is due then.
    time.advance(Duration.ofHours(2));
    directory.writeNumberedLines(1, 1000);
    assertThat(maintained.poll()).isEqualTo(FALLBACK_POLL);
    assertThat(calls).hasValue(before + 1);
    time.advance(FALLBACK_POLL);
    maintained.poll();
    assertThat(directory.files().rotatedFiles()).isNotEmpty();
  }

  @Test
  void pendingWritesAreRotatedOnRelease() throws IOException {
    MaintainedDirectory maintained = maintainedDirectory(SMALL);
    maintained.poll();
    directory.writeNumberedLines(1, 1000);
    maintained.release();
    assertThat(directory.files().rotatedFiles()).isNotEmpty();
    assertThat(new IndexFile(directory.files()).readEntries().lastEntry()).isNotNull();
    directory.close();
    assertThat(maintained.poll()).isEqualTo(IDLE_POLL);
    assertThat(directory.path()).doesNotExist();
  }

  /** Virtual time that counts how often ticks read the wall clock. */
  private static final class TickCountingTime implements TimeSource {
    private final VirtualTime time = new VirtualTime();
    private int tickReads;

    @Override
    public Instant now() {
      if (StackWalker.getInstance()
          .walk(calls -> calls.anyMatch(call -> call.getMethodName().equals("tick")))) {
        tickReads++;
      }
      return time.now();
    }

    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      time.sleep(duration);
    }

    void advance(Duration duration) {
      time.advance(duration);
    }

    int tickReads() {
      return tickReads;
    }
  }
}
