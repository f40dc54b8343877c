package io.luhproc.recipes;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.log.LogLine;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.ProcessLog;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.ProcessExited;
import io.luhproc.supervisor.EventRegistration;
import io.luhproc.supervisor.Supervisor;
import io.luhproc.worker.ProcessManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the recipes of the README about the supervisor; {@link ReadmeTest} compares their texts. */
@Tag("process")
class SupervisorRecipesProcessTest {
  @TempDir Path folder;
  private Supervisor supervisor;

  @BeforeEach
  void build() {
    // The build may run in a control group that must not be changed.
    supervisor =
        Supervisor.builder().directory(folder.resolve("services")).withoutCgroups().build();
  }

  @AfterEach
  void close() {
    supervisor.close();
  }

  @Test
  void serviceAppRunsServiceUntilInputEnds() throws Exception {
    Path directory = folder.resolve("shop");
    Process app =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ServiceApp.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    app.getOutputStream().close(); // the app stops at the end of its input
    String output = new String(app.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(app.waitFor()).isZero();
    assertThat(output).startsWith("shop is running: ");
    assertThat(directory).isDirectory();
  }

  private void addShop(int port) {
    ProcessManager pm =
        ProcessManager.builder()
            .mainClass(App.class.getName())
            .root(folder.resolve("workers"))
            .task("HEARTBEAT", context -> {})
            .task("INDEXER", App::index)
            .build();
    // recipe: services
    supervisor.add(
        ServiceSpec.named("db").process(ProcessSpec.command("main", "sleep", "600")).build(),
        ServiceSpec.named("shop")
            .directory(folder)
            .process(
                ProcessSpec.shell("web", "exec python3 -m http.server --bind 127.0.0.1 " + port)
                    .restart(RestartPolicy.onFailure().maxRetries(3).delay(ofSeconds(1)))
                    .health(
                        HealthCheck.http("http://127.0.0.1:" + port + "/")
                            .every(ofSeconds(2))
                            .startPeriod(ofSeconds(30)))
                    .limits(ResourceLimits.builder().memory("512MiB").cpuPercent(50).pids(64)))
            .process(ProcessSpec.task("migrate", pm, "HEARTBEAT")) // a task of this app, one-shot
            .requires("db") // db starts before shop and stops after it
            .build());
    // end
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void servicesAreStartedInspectedAndStopped() throws Exception {
    addShop(freePort());
    // recipe: control
    ServiceStatus shop = supervisor.start("shop").get(); // starts db first
    supervisor.await("shop", ProcessState.RUNNING, Duration.ofMinutes(1)).get();
    supervisor.restart("shop", "web").get(); // only this process
    supervisor.signal("shop", "cont", "web").get(); // or "SIGCONT", or "18"
    supervisor.info("shop", "web").ifPresent(info -> System.out.println(info.rssBytes()));
    System.out.println(shop.process("web").limits()); // enforced or not, and why
    System.out.println(supervisor.tree());
    supervisor.stop("db").get(); // stops shop first, because it requires db
    // end
    assertThat(supervisor.status("shop").state()).isIn(ProcessState.INACTIVE, ProcessState.EXITED);
    assertThat(supervisor.status("db").state()).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void serviceOutputIsReadAndFollowed() throws Exception {
    supervisor.add(
        ServiceSpec.named("shop")
            .process(ProcessSpec.shell("web", "echo hello; exec sleep 600"))
            .build());
    supervisor.start("shop").get();
    // recipe: output
    ProcessLog output = supervisor.output("shop", "web");
    System.out.println(output.snapshot()); // the last 64 KiB
    for (LogLine line : output.tail(10)) {
      System.out.println(line.time() + " " + line.stream() + " " + line.text());
    }
    LogSubscription subscription = output.follow(line -> System.out.println(line.text()));
    subscription.close();
    // end
    assertThat(output.snapshot()).isEqualTo("hello\n");
  }

  @Test
  void eventListenerIsRegisteredAndClosed() throws Exception {
    supervisor.add(
        ServiceSpec.named("shop").process(ProcessSpec.shell("web", "sleep 600")).build());
    // recipe: events
    EventRegistration registration =
        supervisor.onEvent(
            event -> {
              if (event instanceof ProcessExited exited) {
                System.out.println(exited.process() + ": " + exited.cause()); // web: exit code 3
              }
            });
    // end
    supervisor.start("shop").get();
    registration.close();
  }

  @Test
  void processesAreAdoptedAfterSupervisorDetaches() throws Exception {
    ServiceSpec shop =
        ServiceSpec.named("shop").process(ProcessSpec.command("web", "sleep", "600")).build();
    Path directory = folder.resolve("other");
    Supervisor first = Supervisor.builder().directory(directory).build();
    first.add(shop);
    first.start("shop").get();
    // recipe: adopt
    first.detach(); // or it was killed: its processes keep running and logging
    Supervisor next = Supervisor.builder().directory(directory).build();
    next.add(shop); // adopts running processes, restarts those that ended
    // end
    assertThat(next.status("shop").state()).isIn(ProcessState.STARTING, ProcessState.RUNNING);
    next.close();
  }
}
