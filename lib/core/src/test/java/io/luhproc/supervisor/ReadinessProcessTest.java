package io.luhproc.supervisor;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.Readiness;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.ProcessManager;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Real processes whose log or task tells that they are ready. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(90)
class ReadinessProcessTest {
  private static final String[] FAST = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};

  @TempDir private Path folder;

  private Path directory() {
    return folder.resolve("services");
  }

  private Supervisor open() {
    return SupervisorMain.builder(directory()).build();
  }

  @AfterEach
  void killAll() {
    MarkedProcesses.killAll(directory());
  }

  private static ServiceSpec service(ProcessSpec.Builder process) {
    return ServiceSpec.named("shop").process(process).build();
  }

  /** Waits for a file, then writes a line and runs on. */
  private ProcessSpec.Builder printsWhenTold(String line, String redirect) {
    return ProcessSpec.shell(
            "web",
            "echo begin; until [ -e %s ]; do sleep 0.05; done; echo %s %s; exec sleep 600"
                .formatted(go(), line, redirect))
        .ready(Readiness.logLine("listening on [0-9]+"));
  }

  private Path go() {
    return folder.resolve("go");
  }

  private static void awaitStarting(Supervisor supervisor) {
    Eventually.holds(
        "it has written its first line and is not ready",
        () ->
            supervisor.status("shop").process("web").awaits().isPresent()
                && supervisor.output("shop", "web").snapshot().contains("begin"));
  }

  @Test
  void lineOfTheLogEndsTheStart() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(service(printsWhenTold("listening on 80", "")));
      var started = supervisor.start("shop");
      awaitStarting(supervisor);
      assertThat(supervisor.why("shop"))
          .contains("waits for a line of its output that matches listening on [0-9]+");
      Files.createFile(go());
      assertThat(started.get(20, SECONDS).state()).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void lineOfStderrCountsToo() throws Exception {
    try (Supervisor supervisor = open()) {
      Files.createFile(go());
      supervisor.add(service(printsWhenTold("listening on 80", ">&2")));
      assertThat(supervisor.start("shop").get(20, SECONDS).state()).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void lineOfAnEarlierRunDoesNotCount() throws Exception {
    try (Supervisor supervisor = open()) {
      Files.createFile(go());
      supervisor.add(service(printsWhenTold("listening on 80", "")));
      supervisor.start("shop").get(20, SECONDS);
      Files.delete(go());
      var restarted = supervisor.restart("shop");
      Eventually.holds(
          "it runs again and is not ready",
          () ->
              supervisor.status("shop").process("web").awaits().isPresent()
                  && supervisor.output("shop", "web").snapshot().split("begin", -1).length == 3);
      assertThat(supervisor.status("shop").state()).isEqualTo(ProcessState.STARTING);
      Files.createFile(go());
      restarted.get(20, SECONDS);
    }
  }

  @Test
  void nextSupervisorKeepsWaitingForTheLine() throws Exception {
    ServiceSpec shop = service(printsWhenTold("listening on 80", ""));
    long pid;
    try (Supervisor previous = SupervisorMain.builder(directory()).leaveRunning().build()) {
      previous.add(shop);
      var ignored = previous.start("shop");
      awaitStarting(previous);
      pid = previous.status("shop").process("web").pid().orElseThrow();
    }
    try (Supervisor next = open()) {
      next.add(shop);
      awaitStarting(next);
      Files.createFile(go());
      assertThat(next.await("shop", ProcessState.RUNNING, ofSeconds(20)).get().process("web").pid())
          .hasValue(pid);
    }
  }

  @Test
  void nextSupervisorFindsALineThatWasWrittenBetween() throws Exception {
    ServiceSpec shop = service(printsWhenTold("listening on 80", ""));
    try (Supervisor previous = SupervisorMain.builder(directory()).leaveRunning().build()) {
      previous.add(shop);
      var ignored = previous.start("shop");
      awaitStarting(previous);
    }
    Files.createFile(go());
    Path log = processDirectory().resolve("out.log");
    Eventually.holds("the line is written", () -> Files.readString(log).contains("listening"));
    try (Supervisor next = open()) {
      next.add(shop);
      next.await("shop", ProcessState.RUNNING, ofSeconds(20)).get();
    }
  }

  private Path processDirectory() throws Exception {
    try (var entries = Files.list(directory())) {
      return entries
          .filter(it -> String.valueOf(it.getFileName()).startsWith("shop-web"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void processThatWasReadyIsAdoptedAsRunning() throws Exception {
    Files.createFile(go());
    ServiceSpec shop = service(printsWhenTold("listening on 80", ""));
    try (Supervisor previous = SupervisorMain.builder(directory()).leaveRunning().build()) {
      previous.add(shop);
      previous.start("shop").get(20, SECONDS);
    }
    Files.writeString(processDirectory().resolve("out.log"), "");
    try (Supervisor next = open()) {
      next.add(shop);
      assertThat(next.status("shop").state()).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void startThatNeverBecomesReadyNamesTheLine() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(
          service(
              printsWhenTold("x", "").startTimeout(ofSeconds(1)).restart(RestartPolicy.never())));
      assertThatThrownBy(() -> supervisor.start("shop").get(20, SECONDS))
          .hasMessageContaining("was not up within 1s")
          .hasMessageContaining("it waited for a line of its output that matches listening");
    }
  }

  @Test
  void patternThatBacktracksForEverDelaysNeitherOthersNorTheStop() throws Exception {
    try (Supervisor supervisor = open()) {
      String line = "a".repeat(60);
      supervisor.add(
          service(
              ProcessSpec.shell("web", "echo begin; echo " + line + "; exec sleep 600")
                  .ready(Readiness.logLine("(.*a){20}x"))),
          ServiceSpec.named("other").process(ProcessSpec.shell("main", "exec sleep 600")).build());
      var ignored = supervisor.start("shop");
      awaitStarting(supervisor);
      supervisor.start("other").get(20, SECONDS);
      supervisor.stop("shop").get(20, SECONDS);
    }
  }

  @Test
  void taskIsRunningOnceItCallsReady() throws Exception {
    ProcessManager app = SupervisedTasksMain.tasks().build();
    try (Supervisor supervisor = open()) {
      supervisor.add(
          service(
              ProcessSpec.task("web", app, "LATE_READY", go().toString())
                  .jvmOptions(FAST)
                  .keepAlive()
                  .ready(Readiness.task())));
      var started = supervisor.start("shop");
      awaitStarting(supervisor);
      assertThat(supervisor.why("shop")).contains("waits for its task to call ready()");
      Files.createFile(go());
      assertThat(started.get(20, SECONDS).state()).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void taskThatNeverCallsReadyRunsByDefault() throws Exception {
    ProcessManager app = SupervisedTasksMain.tasks().build();
    try (Supervisor supervisor = open()) {
      supervisor.add(
          service(
              ProcessSpec.task("web", app, "LATE_READY", go().toString())
                  .jvmOptions(FAST)
                  .keepAlive()));
      assertThat(supervisor.start("shop").get(20, SECONDS).state()).isEqualTo(ProcessState.RUNNING);
    }
  }
}
