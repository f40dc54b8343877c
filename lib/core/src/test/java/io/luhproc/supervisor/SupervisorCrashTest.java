package io.luhproc.supervisor;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.log.LogLine;
import io.luhproc.log.LogListener;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.ProcessState;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor is killed with -9: its services live on, and the next one takes them over. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(120)
class SupervisorCrashTest {
  @TempDir private Path folder;

  private Path directory() {
    return folder.resolve("services");
  }

  @AfterEach
  void killAll() {
    MarkedProcesses.killAll(directory());
  }

  private JavaProcess started(String... services) throws Exception {
    JavaProcess former = SupervisorMain.jvm(directory(), services).start(folder);
    former.awaitLine("ready");
    for (String service : services) {
      former.writeLine("start " + service);
      former.awaitLine("done start " + service);
    }
    return former;
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

  private boolean isWantedUp() throws Exception {
    return ProcessDirectory.at(processDirectories().get(0)).isDesiredUp();
  }

  @Test
  void servicesSurviveCrashAndNoLogLineIsLostOrDuplicated() throws Exception {
    String[] services = {"count1", "count2", "sleep1", "tree1"};
    List<Long> before;
    try (JavaProcess former = started(services)) {
      before = MarkedProcesses.aliveUnder(directory());
      Eventually.holds("logs are rotated", () -> parts("count1") > 3 && parts("count2") > 3);
      former.kill();
    }
    int rotated = parts("count1");
    long size = Files.size(log("count1"));
    Eventually.holds("it goes on logging", () -> Files.size(log("count1")) > size + 50_000);
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      for (String service : services) {
        next.add(SupervisorMain.service(service));
        assertThat(next.status(service).state()).isEqualTo(ProcessState.RUNNING);
        assertThat(before).contains(pid(next, service));
      }
      assertThat(MarkedProcesses.aliveUnder(directory()))
          .containsAll(before.stream().filter(it -> ProcessHandle.of(it).isPresent()).toList());
      Eventually.holds("logs are rotated again", () -> parts("count1") > rotated + 3);
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

  private int parts(String service) throws Exception {
    try (var all = Files.list(log(service).getParent())) {
      return (int) all.filter(it -> it.getFileName().toString().startsWith("out-")).count();
    }
  }

  private static void assertConsecutive(Supervisor supervisor, String service) {
    List<String> wrong = new ArrayList<>();
    int[] last = {0};
    LogListener listener =
        new LogListener() {
          @Override
          public void onLine(LogLine line) {
            last[0]++;
            if (!line.text().equals(Integer.toString(last[0])) && wrong.size() < 10) {
              wrong.add("expected " + last[0] + " but got " + line.text());
            }
          }
        };
    supervisor.output(service, "main").out().forEachSince(Instant.EPOCH, listener);
    assertThat(wrong).isEmpty();
    assertThat(last[0]).isGreaterThan(10_000);
  }

  @Test
  void processExitedMeanwhileIsRestarted() throws Exception {
    long pid;
    try (JavaProcess former = started("sleep1")) {
      pid = MarkedProcesses.aliveUnder(directory()).get(0);
      former.kill();
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
    try (JavaProcess former = SupervisorMain.jvm(directory(), "fails1").start(folder)) {
      former.writeLine("ask-start fails1");
      former.writeLine("await fails1 BACKOFF");
      former.awaitLine("done await");
      Eventually.holds("its end is recorded", () -> file("process.properties").contains("end."));
      former.kill();
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
    try (JavaProcess former = started("sleep1")) {
      former.writeLine("stop sleep1");
      former.awaitLine("done stop");
      former.kill();
    }
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      next.add(SupervisorMain.service("sleep1"));
      assertThat(next.status("sleep1").state()).isEqualTo(ProcessState.INACTIVE);
      assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
    }
  }

  @Test
  void blockedServiceStaysBlockedAfterCrash() throws Exception {
    try (JavaProcess former = SupervisorMain.jvm(directory(), "first1", "second1").start(folder)) {
      former.awaitLine("ready");
      former.writeLine("start second1");
      former.awaitLine("done start second1");
      former.writeLine("stop first1");
      former.awaitLine("done stop first1");
      former.kill();
    }
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      next.add(SupervisorMain.service("first1"), SupervisorMain.service("second1"));
      assertThat(next.status("second1").state()).isEqualTo(ProcessState.INACTIVE);
    }
  }

  @Test
  void stopInProgressCompletesAfterCrash() throws Exception {
    try (JavaProcess former = started("stubborn1")) {
      former.writeLine("ask-stop stubborn1");
      former.awaitLine("done ask-stop");
      Eventually.holds("it is to be down", () -> !isWantedUp());
      former.kill();
    }
    assertThat(MarkedProcesses.aliveUnder(directory())).isNotEmpty();
    try (Supervisor next = SupervisorMain.builder(directory()).build()) {
      next.add(SupervisorMain.service("stubborn1"));
      ServiceStatus status = next.await("stubborn1", ProcessState.INACTIVE, ofSeconds(20)).get();
      assertThat(status.process("main").desiredUp()).isFalse();
      assertThat(MarkedProcesses.aliveUnder(directory())).isEmpty();
    }
  }

  @Test
  void leftoversOfInterruptedStopAreStopped() throws Exception {
    try (JavaProcess former = started("tree1")) {
      Eventually.holds("all run", () -> MarkedProcesses.aliveUnder(directory()).size() == 3);
      former.kill();
    }
    // As if the supervisor had been killed between the death of the process and of its children.
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
    List<String> outcomes = new ArrayList<>();
    Optional<String> killed = Optional.of("");
    for (int k = 1; killed.isPresent(); k++) {
      Path own = folder.resolve("killed-before-step-" + k);
      killed = killAtStep(own, k);
      String step = killed.orElse("nothing");
      try (Supervisor next = SupervisorMain.builder(own).build()) {
        next.add(SupervisorMain.service("before1"));
        ServiceStatus found = next.status("before1");
        boolean desiredUp = found.process("main").desiredUp();
        outcomes.add(step + (desiredUp ? ": up" : ": down"));
        next.await(
                "before1", desiredUp ? ProcessState.RUNNING : ProcessState.INACTIVE, ofSeconds(20))
            .get();
        ServiceStatus up = next.start("before1").get(20, SECONDS);
        ProcessIdentity identity = up.process("main").identity().orElseThrow();
        Eventually.holds(
            () -> "one lives when killed before " + step + ": " + MarkedProcesses.aliveUnder(own),
            () -> MarkedProcesses.aliveUnder(own).equals(List.of(identity.pid())));
        assertThat(up.process("main").directory().resolve("pid")).hasContent(identity.pid() + "\n");
        next.stop("before1").get(20, SECONDS);
        assertThat(MarkedProcesses.aliveUnder(own)).as("killed before %s", step).isEmpty();
      } finally {
        MarkedProcesses.killAll(own);
      }
    }
    System.err.println(String.join("\n", outcomes));
    assertThat(outcomes).hasSizeGreaterThan(12);
  }

  private Optional<String> killAtStep(Path own, int number) throws Exception {
    try (SteppedProcess former = SteppedProcess.start(SupervisorMain.jvm(own, "before1"), folder)) {
      former.process().writeLine("start before1");
      former.process().writeLine("exit");
      Optional<String> step = Optional.of("");
      for (int i = 0; i < number && step.isPresent(); i++) {
        step = former.runToNextStep();
      }
      return step;
    }
  }
}
