package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.luhproc.posix.PosixSpawner;
import io.luhproc.posix.SpawnRequest;
import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
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

/** Tests {@link NativeSpawner}: starting without the JDK, exits, and failures of either. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class NativeSpawnerTest {
  private static final ToolLocator TOOL_LOCATOR = new ToolLocator("/usr/bin:/bin");
  private static final Spawner FAILING_SPAWNER =
      (request, program, argv) -> {
        throw new SpawnException(SpawnFailure.OTHER, "fallback was used");
      };

  @TempDir private Path folder;

  private LaunchRequest request(List<String> argv) {
    return new LaunchRequest(argv, Map.of(), folder, folder.resolve("out"), folder.resolve("err"));
  }

  private static Launcher launcher(PosixSpawner posixSpawner, Spawner fallback) {
    return new Launcher(TOOL_LOCATOR, NativeSpawner.start(posixSpawner, fallback));
  }

  private static PosixSpawner load() {
    return PosixSpawner.tryLoad(false).orElseThrow();
  }

  @Test
  void childIsStartedWithoutJdk() throws Exception {
    try (Launcher launcher = launcher(load(), FAILING_SPAWNER)) {
      assertThat(launcher.launch(request(ShellCommand.argv("exit 5"))).waitFor()).isEqualTo(5);
    }
  }

  @Test
  void fallbackIsUsedWhenPosixSpawnFails() {
    try (Launcher launcher = launcher(load(), FAILING_SPAWNER)) {
      for (List<String> argv :
          List.of(List.of("true", "x".repeat(200_000)), List.of("true", "\uFFFD"))) {
        assertThat(catchThrowableOfType(SpawnException.class, () -> launcher.launch(request(argv))))
            .hasMessage("fallback was used");
      }
    }
  }

  @Test
  void concurrentChildrenReportTheirOwnStatus() throws Exception {
    int count = 300;
    try (Launcher launcher = launcher(load(), FAILING_SPAWNER)) {
      List<Thread> threads = new ArrayList<>();
      AtomicInteger wrong = new AtomicInteger();
      for (int i = 0; i < 4; i++) {
        threads.add(new Thread(() -> wrong.addAndGet(countWrongStatuses(launcher, count / 4))));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(wrong).hasValue(0);
    }
  }

  private int countWrongStatuses(Launcher launcher, int count) {
    List<ChildProcess> children = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      children.add(launcher.launch(request(ShellCommand.argv("exit " + i))));
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
  void descriptorsAreClosedAfterChildrenExit() throws Exception {
    long before = descriptors();
    try (Launcher launcher = launcher(load(), FAILING_SPAWNER)) {
      long afterFirst = 0;
      for (int i = 0; i < 100; i++) {
        assertThat(launcher.launch(request(List.of("true"))).waitFor()).isZero();
        afterFirst = i == 0 ? descriptors() : afterFirst;
      }
      assertThat(descriptors()).isLessThanOrEqualTo(afterFirst);
    }
    Eventually.holds(() -> "descriptors: " + descriptors(), () -> descriptors() <= before);
  }

  private static long descriptors() {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(NativeSpawnerTest::isAnonymousInode).count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isAnonymousInode(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("anon_inode:");
    } catch (IOException expected) {
      // It was closed meanwhile.
      return false;
    }
  }

  @Test
  void exitIsReportedAfterLauncherIsClosed() throws Exception {
    Launcher launcher = launcher(load(), JdkSpawner.forJavaPrograms(TOOL_LOCATOR));
    ChildProcess child = launcher.launch(request(List.of("sleep", "600")));
    launcher.close();
    launcher.close();
    ChildProcess late = launcher.launch(request(ShellCommand.argv("exit 4")));
    assertThat(late).isInstanceOf(JdkChildProcess.class);
    assertThat(late.waitFor()).isEqualTo(4);
    child.kill();
    assertThat(child.waitFor()).isEqualTo(137);
  }

  @Test
  void exitIsReportedByPollingWhenWatchFails() throws Exception {
    FaultyPosixSpawner posixSpawner = new FaultyPosixSpawner(load());
    try (Launcher launcher = launcher(posixSpawner, FAILING_SPAWNER)) {
      posixSpawner.canWatch.set(false);
      ChildProcess first = launcher.launch(request(ShellCommand.argv("exit 6")));
      ChildProcess second = launcher.launch(request(List.of("sleep", "600")));
      assertThat(first.waitFor()).isEqualTo(6);
      posixSpawner.canWatch.set(true);
      Eventually.holds(() -> "watched again", () -> posixSpawner.watched.get() == 1);
      second.kill();
      assertThat(second.waitFor()).isEqualTo(137);
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void exitIsReportedAfterWaitFails(Throwable failure) throws Exception {
    FaultyPosixSpawner posixSpawner = new FaultyPosixSpawner(load());
    try (Launcher launcher = launcher(posixSpawner, FAILING_SPAWNER)) {
      ChildProcess first = launcher.launch(request(List.of("sleep", "600")));
      posixSpawner.failure = failure;
      // The exit is reported once, to the call that fails.
      first.kill();
      assertThat(first.waitFor()).isEqualTo(137);
      assertThat(posixSpawner.failure).isNull();
      ChildProcess second = launcher.launch(request(ShellCommand.argv("exit 6")));
      assertThat(second.waitFor()).isEqualTo(6);
    }
    Eventually.holds(() -> "closed", posixSpawner.closed::get);
  }

  static Stream<Throwable> failures() {
    return Stream.of(new IOException("on purpose"), new OutOfMemoryError("on purpose"));
  }

  @Test
  void exitedChildIsPolledUntilItCanBeReaped() throws Exception {
    FaultyPosixSpawner posixSpawner = new FaultyPosixSpawner(load());
    try (Launcher launcher = launcher(posixSpawner, FAILING_SPAWNER)) {
      posixSpawner.cannotReap.set(true);
      ChildProcess child = launcher.launch(request(ShellCommand.argv("exit 6")));
      assertThat(child.waitFor(Duration.ofMillis(500))).isEmpty();
      assertThat(posixSpawner.waits.get()).isLessThan(20);
      posixSpawner.cannotReap.set(false);
      assertThat(child.waitFor()).isEqualTo(6);
    }
  }

  @Test
  void childDoesNotInheritIgnoredSignals() throws Exception {
    try (JavaProcess child =
        JavaProcess.of(LaunchesOnce.class, folder, "status", "native")
            .options("--enable-native-access=ALL-UNNAMED")
            .wrappedBy("sh", "-c", "trap '' HUP INT QUIT USR1 TERM; exec \"$@\"", "sh")
            .start(folder)) {
      child.writeLine("go");
      assertThat(child.awaitExit()).as(child::toString).isZero();
    }
    assertThat(folder.resolve("status")).content().containsPattern("SigIgn:\\s+0+\n");
  }

  @Test
  void launchFailsWhenDescriptorsAreTooFew() throws Exception {
    for (int left : List.of(0, 3, 4)) {
      try (JavaProcess child =
          JavaProcess.of(LaunchesOnce.class, folder, "files", left, "native")
              .options("--enable-native-access=ALL-UNNAMED")
              .wrappedBy("prlimit", "--nofile=100")
              .start(folder)) {
        child.writeLine("go");
        child.awaitLine("ready");
        assertThat(child.awaitExit()).as(child::toString).isZero();
        assertThat(child.out().lines().toList())
            .last(STRING)
            .as(child::toString)
            .startsWith(left < 4 ? "refused NO_DESCRIPTORS true " : "exit 0");
      }
    }
  }

  @Test
  void relativeOutputFileIsResolvedAgainstWorkingDirectoryOfJvm() throws Exception {
    LaunchRequest absolute = request(ShellCommand.argv("echo written"));
    Path here = Path.of("").toAbsolutePath();
    LaunchRequest relative =
        new LaunchRequest(
            absolute.argv(),
            Map.of(),
            Path.of("/"),
            here.relativize(absolute.stdout()),
            here.relativize(absolute.stderr()));
    try (Launcher launcher = launcher(load(), FAILING_SPAWNER)) {
      assertThat(launcher.launch(relative).waitFor()).isZero();
    }
    assertThat(absolute.stdout()).hasContent("written");
  }

  @Test
  void jdkIsUsedBeforeLoadingAndAfterClose() throws Exception {
    CountDownLatch mayLoad = new CountDownLatch(1);
    JdkSpawner jdk = JdkSpawner.forJavaPrograms(TOOL_LOCATOR);
    LazyNativeSpawner spawner =
        LazyNativeSpawner.startLoading(
            jdk, () -> Optional.of(loadAfter(mayLoad, NativeSpawnerTest::load)));
    try (Launcher launcher = new Launcher(TOOL_LOCATOR, spawner)) {
      assertThat(launchAndWait(launcher)).isInstanceOf(JdkChildProcess.class);
      mayLoad.countDown();
      Eventually.holds(
          () -> "posix_spawn is used", () -> launchAndWait(launcher) instanceof NativeChildProcess);
      spawner.close();
      assertThat(launchAndWait(launcher)).isInstanceOf(JdkChildProcess.class);
    }
  }

  private static PosixSpawner loadAfter(CountDownLatch latch, Supplier<PosixSpawner> loader) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return loader.get();
  }

  private ChildProcess launchAndWait(Launcher launcher) {
    ChildProcess child = launcher.launch(request(List.of("true")));
    try {
      assertThat(child.waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return child;
  }

  @Test
  void posixSpawnerLoadedAfterCloseIsClosed() {
    FaultyPosixSpawner posixSpawner = new FaultyPosixSpawner(load());
    CountDownLatch closed = new CountDownLatch(1);
    LazyNativeSpawner spawner =
        LazyNativeSpawner.startLoading(
            FAILING_SPAWNER, () -> Optional.of(loadAfter(closed, () -> posixSpawner)));
    spawner.close();
    closed.countDown();
    Eventually.holds(() -> "closed", posixSpawner.closed::get);
  }

  /** A spawner whose watch, wait and reap calls can be made to fail. */
  private static final class FaultyPosixSpawner implements PosixSpawner {
    private final PosixSpawner real;
    private final AtomicBoolean canWatch = new AtomicBoolean(true);
    private final AtomicInteger watched = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean cannotReap = new AtomicBoolean();
    private final AtomicInteger waits = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    FaultyPosixSpawner(PosixSpawner real) {
      this.real = real;
    }

    @Override
    public int spawn(SpawnRequest request) throws IOException {
      return real.spawn(request);
    }

    @Override
    public boolean watchExit(int pid) {
      if (!canWatch.get()) {
        return false;
      }
      watched.incrementAndGet();
      return real.watchExit(pid);
    }

    @Override
    public List<Integer> awaitExits(Duration timeout) throws IOException {
      List<Integer> exited = real.awaitExits(timeout);
      failOnce();
      return exited;
    }

    private void failOnce() throws IOException {
      waits.incrementAndGet();
      Throwable thrown = failure;
      failure = null;
      if (thrown instanceof IOException expected) {
        throw expected;
      } else if (thrown instanceof Error expected) {
        throw expected;
      }
    }

    @Override
    public void wakeup() {
      real.wakeup();
    }

    @Override
    public OptionalInt reap(int pid) {
      if (cannotReap.get()) {
        return OptionalInt.empty();
      }
      return real.reap(pid);
    }

    @Override
    public boolean adoptsOrphans() {
      return real.adoptsOrphans();
    }

    @Override
    public boolean hasZombie() {
      return real.hasZombie();
    }

    @Override
    public void close() {
      real.close();
      closed.set(true);
    }
  }
}
