package com.example.modular;

import io.luhproc.cli.Console;
import io.luhproc.health.HealthCheck;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.Supervisor;
import io.luhproc.worker.ProcessManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the task and a command as a service until both are up. */
@Command(name = "supervise-once")
final class SuperviseOnce implements Callable<Integer> {
  private final ProcessManager manager;

  @Spec private CommandSpec spec;

  @Parameters private Path directory;

  SuperviseOnce(ProcessManager manager) {
    this.manager = manager;
  }

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    ServiceSpec shop =
        ServiceSpec.named("shop")
            .process(
                ProcessSpec.task("ticker", manager, Ticker.TASK)
                    .health(HealthCheck.heartbeat(Duration.ofMinutes(5))))
            .process(
                ProcessSpec.command("sleeper", "sleep", "600").restart(RestartPolicy.onFailure()))
            .build();
    try (Supervisor supervisor =
        Supervisor.builder().directory(directory).withoutCgroups().build()) {
      supervisor.add(shop);
      console.print(supervisor.start("shop").get().state().name());
      console.print(supervisor.output("shop", "ticker").snapshot().strip());
    }
    return console.finish(0);
  }
}
