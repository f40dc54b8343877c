package io.luhproc.supervisor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.health.HealthCheck;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.runtime.LaunchCommandBuilder;
import io.luhproc.supervisor.runtime.ProcessLocation;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.ProcessManager;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of an app run as processes of a service. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(90)
class SupervisedTaskTest {
  private static final String[] FAST = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};

  @TempDir private Path folder;
  private final ProcessManager app = SupervisedTasksMain.tasks().build();

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

  private ProcessSpec.Builder task(String task, String... arguments) {
    return ProcessSpec.task("main", app, task, arguments).jvmOptions(FAST);
  }

  private static ServiceSpec service(ProcessSpec.Builder process) {
    return ServiceSpec.named("shop").process(process).build();
  }

  @Test
  void taskRunsOnceAsWorkerOfItsDirectory() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(service(task("ECHO", "a b", "c")));
      supervisor.start("shop").get(30, SECONDS);
      ServiceStatus exited = supervisor.await("shop", ProcessState.EXITED, ofSeconds(20)).get();
      assertThat(supervisor.output("shop", "main").out().snapshot())
          .contains("id main\n", "arguments [a b, c]\n")
          .contains("directory " + exited.process("main").directory() + "\n");
    }
  }

  @Test
  void exceptionOfTaskIsReportedAlsoByNextSupervisor() throws Exception {
    String cause = "exit code 1, it threw java.lang.IllegalStateException: on purpose";
    try (Supervisor supervisor = open()) {
      supervisor.add(service(task("THROWS")));
      supervisor.start("shop").handle((up, failure) -> true).get(30, SECONDS);
      ServiceStatus failed = supervisor.await("shop", ProcessState.FAILED, ofSeconds(20)).get();
      assertThat(failed.process("main").cause().orElseThrow().detail()).isEqualTo(cause);
      supervisor.detach();
    }
    try (Supervisor next = open()) {
      next.add(service(task("THROWS")));
      ServiceStatus failed = next.await("shop", ProcessState.FAILED, ofSeconds(20)).get();
      assertThat(failed.process("main").cause().orElseThrow().detail()).isEqualTo(cause);
    }
  }

  @Test
  void keptAliveTaskIsAdoptedAndStopped() throws Exception {
    ProcessSpec.Builder spec =
        task("BEATS")
            .keepAlive()
            .health(HealthCheck.heartbeat(ofSeconds(5)).policy().every(ofMillis(200)));
    long pid;
    try (Supervisor previous = SupervisorMain.builder(directory()).leaveRunning().build()) {
      previous.add(service(spec));
      ServiceStatus up = previous.start("shop").get(30, SECONDS);
      pid = up.process("main").identity().orElseThrow().pid();
    }
    try (Supervisor next = open()) {
      next.add(service(spec));
      ServiceStatus up = next.await("shop", ProcessState.RUNNING, ofSeconds(20)).get();
      assertThat(up.process("main").identity().orElseThrow().pid()).isEqualTo(pid);
      next.stop("shop").get(20, SECONDS);
      assertThat(next.output("shop", "main").out().snapshot()).isEqualTo("asked to stop\n");
    }
  }

  @Test
  void taskWithoutHeartbeatIsRestarted() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(
          service(
              task("BEATS_ONCE")
                  .keepAlive()
                  .health(
                      HealthCheck.heartbeat(ofSeconds(2))
                          .policy()
                          .every(ofMillis(200))
                          .restartWhenUnhealthy(true))));
      supervisor.start("shop").get(30, SECONDS);
      Eventually.holds(
          "the task is restarted", () -> supervisor.status("shop").process("main").restarts() > 0);
    }
  }

  @Test
  void unknownTaskIsRefused() {
    assertThatThrownBy(() -> task("NOWHERE").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NOWHERE")
        .hasMessageContaining("ECHO");
  }

  @Test
  void commandDoesNotInheritTaskOfSupervisingWorker() {
    ProcessKey key = new ProcessKey(Optional.empty(), "ECHO", "main");
    ProcessDirectory worker = ProcessRoot.at(folder).directory(key);
    boolean ignored = worker.create();
    LaunchedCommand command =
        new LaunchedCommand(List.of("java"), List.of(), List.of(), folder, List.of());
    worker.writeRecord(
        ProcessRecord.forLaunch(
            key, "app", new ProcessRecord.Launch("token", Instant.EPOCH), command));
    Map<String, String> ofWorker =
        Map.of("ECHO", "1", EnvironmentNames.DIRECTORY, worker.path().toString(), "OTHER", "2");
    ServiceSpec spec = service(ProcessSpec.command("main", "java"));
    ProcessSpec process = spec.processes().get(0);
    ProcessLocation home = ProcessLocation.of(ProcessRoot.at(directory()), spec, process, "main");
    ProcessInstance instance = new ProcessInstance(spec, process, "main");
    Map<String, String> inherited =
        LaunchCommandBuilder.inheriting(ofWorker)
            .build(instance, home.directory().path(), "t")
            .environment();
    assertThat(inherited).doesNotContainKey("ECHO").containsEntry("OTHER", "2");
    assertThat(LaunchCommandBuilder.inheriting(ofWorker).environmentForChecks(instance))
        .doesNotContainKey("ECHO");
  }
}
