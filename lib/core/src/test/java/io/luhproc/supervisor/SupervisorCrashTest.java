package io.luhproc.supervisor;

import static io.luhproc.time.Threads.threadPerTask;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.log.LogListener;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.SteppedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Services survive a SIGKILL of their supervisor, and the next supervisor adopts them. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(120)
class SupervisorCrashTest {
  private static final int CRASHES_AT_ONCE = 3;

  @TempDir private Path folder;

  private Path directory() {
    return folder.resolve("services");
  }

  @AfterEach
  void killAll() {
    MarkedProcesses.killAll(directory());
  }

  private JavaProcess startSupervisor(String... services) throws Exception {
    JavaProcess previous = SupervisorMain.jvm(directory(), services).start(folder);
    previous.awaitLine("ready");
    for (String service : services) {
      previous.writeLine("start " + service);
      previous.awaitLine("done start " + service);
    }
    return previous;
  }

  private static long pid(Supervisor supervisor, String service) {
    return identity(supervisor, service).pid();
  }

  private static ProcessIdentity identity(Supervisor supervisor, String service) {
    return supervisor.status(service).process("main").identity().orElseThrow();
  }

  private static void kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    boolean ignored = process.destroyForcibly();
    process.onExit().join();
  }

  private List<Path> processDirectories() throws Exception {
    try (var all = Files.list(directory())) {
      return all.filter(Files::isDirectory).toList();
    }
  }

  private String file(String name) throws Exception {
    return Files.readString(processDirectories().get(0).resolve(name)).strip();
  }

  private boolean isDesiredUp() throws Exception {
    return ProcessDirectory.at(processDirectories().get(0)).isDesiredUp();
  }

  @Test
  void servicesSurviveCrashAndNoLogLineIsLostOrDuplicated() throws Exception {
    String[] services = {"count1", "count2", "sleep1", "tree1"};
    List<Long> before;
    try (JavaProcess previous = startSupervisor(services)) {
      before = MarkedProcesses.aliveUnder(directory());
      Eventually.holds(
          "logs are rotated", () -> rotatedFiles("count1") > 3 && rotatedFiles("count2") > 3);
      previous.kill();
    }
    int rotated = rotatedFiles("count1");
    long size = Files.size(log("count1"));
    Eventually.holds("the process still writes", () -> Files.size(log("count1")) > size + 50_000);
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      for (String service : services) {
        next.add(SupervisorMain.service(service));
        assertThat(next.status(service).state()).isEqualTo(ProcessState.RUNNING);
        assertThat(before).contains(pid(next, service));
      }
      assertThat(MarkedProcesses.aliveUnder(directory()))
          .containsAll(before.stream().filter(it -> ProcessHandle.of(it).isPresent()).toList());
      Eventually.holds("logs are rotated again", () -> rotatedFiles("count1") > rotated + 3);
      next.stopAll().get(20, SECONDS);
      assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
      assertConsecutive(next, "count1");
      assertConsecutive(next, "count2");
    }
  }

  private Path log(String service) throws Exception {
    return processDirectories().stream()
        .filter(it -> it.getFileName().toString().startsWith(service + "-"))
        .findFirst()
        .orElseThrow()
        .resolve("out.log");
  }

  private int rotatedFiles(String service) throws Exception {
    try (var all = Files.list(log(service).getParent())) {
      return (int) all.filter(it -> it.getFileName().toString().startsWith("out-")).count();
    }
  }

  private static void assertConsecutive(Supervisor supervisor, String service) {
    List<String> mismatches = new ArrayList<>();
    int[] last = {0};
    LogListener listener =
        line -> {
          last[0]++;
          if (!line.text().equals(Integer.toString(last[0])) && mismatches.size() < 10) {
            mismatches.add("expected " + last[0] + " but got " + line.text());
          }
        };
    supervisor.output(service, "main").out().forEachSince(Instant.EPOCH, listener);
    assertThat(mismatches).isEmpty();
    assertThat(last[0]).isGreaterThan(10_000);
  }

  @Test
  void processExitedMeanwhileIsRestarted() throws Exception {
    long pid;
    try (JavaProcess previous = startSupervisor("sleep1")) {
      pid = MarkedProcesses.aliveUnder(directory()).get(0);
      previous.kill();
    }
    kill(pid);
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      next.add(SupervisorMain.service("sleep1"));
      ServiceStatus up = next.await("sleep1", ProcessState.RUNNING, ofSeconds(20)).get();
      assertThat(up.process("main").identity().orElseThrow().pid()).isNotEqualTo(pid);
      assertThat(up.process("main").restarts()).isEqualTo(1);
      assertThat(MarkedProcesses.aliveUnder(directory())).hasSize(1);
    }
  }

  @Test
  void backoffContinuesAfterCrash() throws Exception {
    try (JavaProcess previous = SupervisorMain.jvm(directory(), "fails1").start(folder)) {
      previous.writeLine("ask-start fails1");
      previous.writeLine("await fails1 BACKOFF");
      previous.awaitLine("done await");
      Eventually.holds("the exit is recorded", () -> file("process.properties").contains("end."));
      previous.kill();
    }
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      next.add(SupervisorMain.service("fails1"));
      ServiceStatus status = next.await("fails1", ProcessState.BACKOFF, ofSeconds(20)).get();
      assertThat(status.process("main").cause().orElseThrow().detail()).isEqualTo("exit code 3");
      assertThat(status.process("main").nextRestart()).isPresent();
    }
  }

  @Test
  void stoppedServiceStaysStoppedAfterCrash() throws Exception {
    try (JavaProcess previous = startSupervisor("sleep1")) {
      previous.writeLine("stop sleep1");
      previous.awaitLine("done stop");
      previous.kill();
    }
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      next.add(SupervisorMain.service("sleep1"));
      assertThat(next.status("sleep1").state()).isEqualTo(ProcessState.INACTIVE);
      assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
    }
  }

  @Test
  void blockedServiceStaysBlockedAfterCrash() throws Exception {
    try (JavaProcess previous =
        SupervisorMain.jvm(directory(), "first1", "second1").start(folder)) {
      previous.awaitLine("ready");
      previous.writeLine("start second1");
      previous.awaitLine("done start second1");
      previous.writeLine("stop first1");
      previous.awaitLine("done stop first1");
      previous.kill();
    }
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      next.add(SupervisorMain.service("first1"), SupervisorMain.service("second1"));
      assertThat(next.status("second1").state()).isEqualTo(ProcessState.INACTIVE);
    }
  }

  @Test
  void stopInProgressCompletesAfterCrash() throws Exception {
    try (JavaProcess previous = startSupervisor("unyielding1")) {
      previous.writeLine("ask-stop unyielding1");
      previous.awaitLine("done ask-stop");
      Eventually.holds("the desired state is recorded as down", () -> !isDesiredUp());
      previous.kill();
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).isNotEmpty();
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      next.add(
          ServiceSpec.named("unyielding1")
              .process(SupervisorMain.ignoresTerm(ofMillis(200)))
              .build());
      ServiceStatus status = next.await("unyielding1", ProcessState.INACTIVE, ofSeconds(20)).get();
      assertThat(status.process("main").desiredUp()).isFalse();
      assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
    }
  }

  @Test
  void leftoversOfInterruptedStopAreStopped() throws Exception {
    try (JavaProcess previous = startSupervisor("tree1")) {
      Eventually.holds(
          "all three processes run", () -> MarkedProcesses.aliveUnder(directory()).size() == 3);
      previous.kill();
    }
    // The state after a supervisor was killed between the exits of the process and of its children.
    long main = Long.parseLong(file("pid"));
    kill(main);
    Files.writeString(processDirectories().get(0).resolve("desired-state"), "down\n");
    assertThat(MarkedProcesses.aliveUnder(directory())).hasSize(2);
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      next.add(SupervisorMain.service("tree1"));
      next.await("tree1", ProcessState.INACTIVE, ofSeconds(20)).get();
      assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
    }
  }

  @Test
  @Timeout(300)
  void crashAtEveryLaunchStepIsRecovered() throws Exception {
    List<String> steps = new ArrayList<>();
    boolean exited = false;
    for (int first = 1; !exited; first += CRASHES_AT_ONCE) {
      for (CompletableFuture<Optional<String>> crash : startCrashes(first)) {
        Optional<String> step = crash.get();
        step.ifPresent(steps::add);
        exited |= step.isEmpty();
      }
    }
    assertThat(steps).hasSizeGreaterThan(12);
  }

  /** Returns the crashes before some consecutive steps, once all of them are over. */
  private List<CompletableFuture<Optional<String>>> startCrashes(int first) {
    List<CompletableFuture<Optional<String>>> crashes =
        IntStream.range(first, first + CRASHES_AT_ONCE)
            .mapToObj(number -> supplyAsync(() -> crashAndRecover(number), threadPerTask("crash")))
            .toList();
    crashes.forEach(crash -> crash.handle((step, failure) -> true).join());
    return crashes;
  }

  private Optional<String> crashAndRecover(int number) {
    Path directory = folder.resolve("killed-before-step-" + number);
    try {
      Optional<String> step = killAtStep(directory, number);
      assertRecovers(directory, step.orElse("no step"));
      return step;
    } catch (Exception e) {
      throw new AssertionError("killed before step " + number, e);
    } finally {
      MarkedProcesses.killAll(directory);
    }
  }

  private Optional<String> killAtStep(Path directory, int number) throws Exception {
    try (SteppedProcess previous = startStepped(directory)) {
      previous.process().writeLine("start before1");
      previous.process().writeLine("exit");
      Optional<String> step = Optional.of("");
      for (int i = 0; i < number && step.isPresent(); i++) {
        step = previous.runToNextStep();
      }
      return step;
    }
  }

  /** Synchronized because a debugger can wait for one JVM at a time only. */
  private synchronized SteppedProcess startStepped(Path directory) throws Exception {
    return SteppedProcess.start(SupervisorMain.jvm(directory, "before1"), folder);
  }

  private static void assertRecovers(Path directory, String step) throws Exception {
    try (Supervisor next = SupervisorMain.builder(directory).build()) {
      next.add(SupervisorMain.service("before1"));
      boolean desiredUp = next.status("before1").process("main").desiredUp();
      ProcessState expected = desiredUp ? ProcessState.RUNNING : ProcessState.INACTIVE;
      next.await("before1", expected, ofSeconds(20)).get();
      ServiceStatus up = next.start("before1").get(20, SECONDS);
      ProcessIdentity identity = up.process("main").identity().orElseThrow();
      Eventually.holds(
          () ->
              "one process runs after a crash before "
                  + step
                  + ": "
                  + MarkedProcesses.aliveUnder(directory),
          () -> MarkedProcesses.aliveUnder(directory).equals(List.of(identity.pid())));
      assertThat(up.process("main").directory().resolve("pid")).hasContent(identity.pid() + "\n");
      next.stop("before1").get(20, SECONDS);
      assertThat(MarkedProcesses.aliveUnder(directory)).as("killed before %s", step).isEmpty();
    }
  }
}
