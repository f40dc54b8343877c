package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.luhproc.posix.Children;
import io.luhproc.posix.SpawnOrder;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.NothingLeft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Children without the JDK: who starts them, and who hears of their ends. */
@Tag("process")
@ExtendWith(NothingLeft.class)
class NativeSpawnerTest {
  private static final Tools TOOLS = new Tools("/usr/bin:/bin");
  private static final Spawner NOBODY =
      (request, program, argv) -> {
        throw new SpawnException(SpawnFault.OTHER, "by another way");
      };

  @TempDir private Path folder;

  private LaunchRequest request(List<String> argv) {
    return new LaunchRequest(argv, Map.of(), folder, folder.resolve("out"), folder.resolve("err"));
  }

  private static Launcher launcher(Children children, Spawner otherwise) {
    return new Launcher(TOOLS, NativeSpawner.start(children, otherwise));
  }

  private static Children load() {
    return Children.load().orElseThrow();
  }

  @Test
  void theJdkHasNoPartInIt() throws Exception {
    try (Launcher launcher = launcher(load(), NOBODY)) {
      assertThat(launcher.launch(request(Commands.shell("exit 5"))).waitFor()).isEqualTo(5);
    }
  }

  @Test
  void whatIsRefusedIsTriedInAnotherWay() {
    try (Launcher launcher = launcher(load(), NOBODY)) {
      for (List<String> argv :
          List.of(List.of("true", "x".repeat(200_000)), List.of("true", "\uFFFD"))) {
        assertThat(catchThrowableOfType(SpawnException.class, () -> launcher.launch(request(argv))))
            .hasMessage("by another way");
      }
    }
  }

  @Test
  void manyAtOnceEndEachWithItsOwnStatus() throws Exception {
    int count = 300;
    try (Launcher launcher = launcher(load(), NOBODY)) {
      List<Thread> threads = new ArrayList<>();
      AtomicInteger wrong = new AtomicInteger();
      for (int i = 0; i < 4; i++) {
        threads.add(new Thread(() -> wrong.addAndGet(wrongOf(launcher, count / 4))));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(wrong).hasValue(0);
    }
  }

  private int wrongOf(Launcher launcher, int count) {
    List<Child> children = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      children.add(launcher.launch(request(Commands.shell("exit " + i))));
    }
    int wrong = 0;
    for (int i = 0; i < count; i++) {
      try {
        wrong += children.get(i).waitFor() == i ? 0 : 1;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return wrong;
  }

  @Test
  void nothingIsLeftOfThoseThatHaveEnded() throws Exception {
    long before = descriptors();
    try (Launcher launcher = launcher(load(), NOBODY)) {
      long one = 0;
      for (int i = 0; i < 100; i++) {
        assertThat(launcher.launch(request(List.of("true"))).waitFor()).isZero();
        one = i == 0 ? descriptors() : one;
      }
      assertThat(descriptors()).isLessThanOrEqualTo(one);
    }
    Eventually.holds(() -> "descriptors: " + descriptors(), () -> descriptors() <= before);
  }

  private static long descriptors() {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(NativeSpawnerTest::isOfChildren).count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isOfChildren(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("anon_inode:");
    } catch (IOException expected) {
      // It was closed meanwhile.
      return false;
    }
  }

  @Test
  void theEndIsToldOfThoseThatOutliveTheLauncher() throws Exception {
    Launcher launcher = launcher(load(), new JdkSpawner(TOOLS));
    Child child = launcher.launch(request(List.of("sleep", "600")));
    launcher.close();
    launcher.close();
    Child late = launcher.launch(request(Commands.shell("exit 4")));
    assertThat(late).isInstanceOf(JdkChild.class);
    assertThat(late.waitFor()).isEqualTo(4);
    child.kill();
    assertThat(child.waitFor()).isEqualTo(137);
  }

  @Test
  void theEndIsToldOfThoseThatTheKernelDoesNotTellOf() throws Exception {
    FaultyChildren children = new FaultyChildren(load());
    try (Launcher launcher = launcher(children, NOBODY)) {
      children.watching.set(false);
      Child first = launcher.launch(request(Commands.shell("exit 6")));
      Child second = launcher.launch(request(List.of("sleep", "600")));
      assertThat(first.waitFor()).isEqualTo(6);
      children.watching.set(true);
      Eventually.holds(() -> "watched again", () -> children.watched.get() == 1);
      second.kill();
      assertThat(second.waitFor()).isEqualTo(137);
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void theEndIsToldThoughWaitingFailed(Throwable failure) throws Exception {
    FaultyChildren children = new FaultyChildren(load());
    try (Launcher launcher = launcher(children, NOBODY)) {
      Child first = launcher.launch(request(List.of("sleep", "600")));
      children.failure = failure;
      // What the kernel tells of it now it tells once.
      first.kill();
      assertThat(first.waitFor()).isEqualTo(137);
      assertThat(children.failure).isNull();
      Child second = launcher.launch(request(Commands.shell("exit 6")));
      assertThat(second.waitFor()).isEqualTo(6);
    }
    Eventually.holds(() -> "closed", children.closed::get);
  }

  static Stream<Throwable> failures() {
    return Stream.of(new IOException("on purpose"), new OutOfMemoryError("on purpose"));
  }

  @Test
  void whoHasEndedAndCannotBeReapedYetIsLookedAtFromTimeToTime() throws Exception {
    FaultyChildren children = new FaultyChildren(load());
    try (Launcher launcher = launcher(children, NOBODY)) {
      children.traced.set(true);
      Child child = launcher.launch(request(Commands.shell("exit 6")));
      assertThat(child.waitFor(Duration.ofMillis(500))).isEmpty();
      assertThat(children.waits.get()).isLessThan(20);
      children.traced.set(false);
      assertThat(child.waitFor()).isEqualTo(6);
    }
  }

  @Test
  void whatThisJvmIgnoresIsNotIgnoredByItsChildren() throws Exception {
    try (JavaProcess child =
        JavaProcess.of(LaunchesOnce.class, folder, "status", "native")
            .options("--enable-native-access=ALL-UNNAMED")
            .wrappedInto("sh", "-c", "trap '' HUP INT QUIT USR1 TERM; exec \"$@\"", "sh")
            .start(folder)) {
      child.tell("go");
      assertThat(child.await()).as(child::toString).isZero();
    }
    assertThat(folder.resolve("status")).content().containsPattern("SigIgn:\\s+0+\n");
  }

  @Test
  void whereThereAreTooFewDescriptorsNothingIsStarted() throws Exception {
    for (int left : List.of(0, 3, 4)) {
      try (JavaProcess child =
          JavaProcess.of(LaunchesOnce.class, folder, "files", left, "native")
              .options("--enable-native-access=ALL-UNNAMED")
              .wrappedInto("prlimit", "--nofile=100")
              .start(folder)) {
        child.tell("go");
        child.line("ready");
        assertThat(child.await()).as(child::toString).isZero();
        assertThat(child.out().lines().toList())
            .last(STRING)
            .as(child::toString)
            .startsWith(left < 4 ? "refused NO_DESCRIPTORS true " : "exit 0");
      }
    }
  }

  @Test
  void relativeOutputsAreFoundFromOurDirectory() throws Exception {
    LaunchRequest absolute = request(Commands.shell("echo written"));
    Path here = Path.of("").toAbsolutePath();
    LaunchRequest relative =
        new LaunchRequest(
            absolute.argv(),
            Map.of(),
            Path.of("/"),
            here.relativize(absolute.out()),
            here.relativize(absolute.err()));
    try (Launcher launcher = launcher(load(), NOBODY)) {
      assertThat(launcher.launch(relative).waitFor()).isZero();
    }
    assertThat(absolute.out()).hasContent("written");
  }

  @Test
  void theJdkStartsThemUntilItIsLoadedAndAfterItWasClosed() throws Exception {
    CountDownLatch mayLoad = new CountDownLatch(1);
    JdkSpawner jdk = new JdkSpawner(TOOLS);
    LoadingSpawner spawner =
        LoadingSpawner.start(jdk, () -> Optional.of(after(mayLoad, NativeSpawnerTest::load)));
    try (Launcher launcher = new Launcher(TOOLS, spawner)) {
      assertThat(ended(launcher)).isInstanceOf(JdkChild.class);
      mayLoad.countDown();
      Eventually.holds(() -> "it is loaded", () -> ended(launcher) instanceof NativeChild);
      spawner.close();
      assertThat(ended(launcher)).isInstanceOf(JdkChild.class);
    }
  }

  private static Children after(CountDownLatch latch, Supplier<Children> loader) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return loader.get();
  }

  private Child ended(Launcher launcher) {
    Child child = launcher.launch(request(List.of("true")));
    try {
      assertThat(child.waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return child;
  }

  @Test
  void whatIsLoadedTooLateIsClosed() {
    FaultyChildren children = new FaultyChildren(load());
    CountDownLatch closed = new CountDownLatch(1);
    LoadingSpawner spawner =
        LoadingSpawner.start(NOBODY, () -> Optional.of(after(closed, () -> children)));
    spawner.close();
    closed.countDown();
    Eventually.holds(() -> "closed", children.closed::get);
  }

  /** Children of whose ends the kernel may not tell. */
  private static final class FaultyChildren implements Children {
    private final Children real;
    private final AtomicBoolean watching = new AtomicBoolean(true);
    private final AtomicInteger watched = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean traced = new AtomicBoolean();
    private final AtomicInteger waits = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    FaultyChildren(Children real) {
      this.real = real;
    }

    @Override
    public int spawn(SpawnOrder order) throws IOException {
      return real.spawn(order);
    }

    @Override
    public boolean watch(int pid) {
      if (!watching.get()) {
        return false;
      }
      watched.incrementAndGet();
      return real.watch(pid);
    }

    @Override
    public List<Integer> awaitEnded(Duration longest) throws IOException {
      List<Integer> told = real.awaitEnded(longest);
      failOnce();
      return told;
    }

    private void failOnce() throws IOException {
      waits.incrementAndGet();
      Throwable next = failure;
      failure = null;
      if (next instanceof IOException expected) {
        throw expected;
      } else if (next instanceof Error expected) {
        throw expected;
      }
    }

    @Override
    public void wake() {
      real.wake();
    }

    @Override
    public OptionalInt reap(int pid) {
      if (traced.get()) {
        return OptionalInt.empty();
      }
      return real.reap(pid);
    }

    @Override
    public void close() {
      real.close();
      closed.set(true);
    }
  }
}
