package io.luhproc.supervisor;

import io.luhproc.health.HealthCheck;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Fixture that supervises a service whose process, or else whose health check, leaves orphans that
 * exit.
 *
 * <p>Arguments: the directory, {@code process} or {@code check}, and whether this JVM becomes a
 * child subreaper. Prints {@code adopted} once an orphan is a zombie of this JVM, and {@code
 * reaped} once it has no child any more after the service was stopped.
 */
final class SubreaperMain {
  private static final String ORPHAN = "(sleep 0.1 &)";
  private static final ProcessTable TABLE = ProcessTable.system();

  private SubreaperMain() {}

  public static void main(String[] arguments) throws Exception {
    boolean byCheck = arguments[1].equals("check");
    ProcessSpec.Builder process =
        byCheck
            ? ProcessSpec.shell("main", "sleep 600")
                .health(HealthCheck.shell(ORPHAN + "; true").every(Duration.ofMillis(200)))
            : ProcessSpec.shell("main", "while :; do " + ORPHAN + "; sleep 0.1; done");
    try (Supervisor supervisor =
        Supervisor.builder()
            .directory(Path.of(arguments[0]))
            .withoutCgroups()
            .childSubreaper(Boolean.parseBoolean(arguments[2]))
            .build()) {
      supervisor.add(ServiceSpec.named("shop").process(process).build());
      supervisor.start("shop").get(20, TimeUnit.SECONDS);
      Eventually.holds("an orphan is adopted", SubreaperMain::hasOrphanZombie);
      System.out.println("adopted");
      supervisor.stop("shop").get(20, TimeUnit.SECONDS);
      Eventually.holds(() -> "no child: " + childPids(), () -> childPids().isEmpty());
      System.out.println("reaped");
    }
  }

  private static List<Long> childPids() {
    return ProcessInfoReader.system().childPids(ProcessHandle.current().pid());
  }

  private static boolean hasOrphanZombie() {
    return childPids().stream()
        .map(TABLE::find)
        .flatMap(Optional::stream)
        .filter(ProcessStat::isDead)
        .anyMatch(it -> it.name().equals("sleep"));
  }
}
