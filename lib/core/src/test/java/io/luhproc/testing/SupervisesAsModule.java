package io.luhproc.testing;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.Supervisor;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs a supervisor from outside of the module {@code io.luhproc.core} and prints its state. */
public final class SupervisesAsModule {
  private SupervisesAsModule() {}

  /** Expects the directory of the supervisor as the only argument. */
  public static void main(String[] arguments) throws Exception {
    System.out.println("module: " + Supervisor.class.getModule().getName());
    try (Supervisor supervisor =
        Supervisor.builder().directory(Path.of(arguments[0])).withoutCgroups().build()) {
      // Uses only the JDK, because other packages of the module are not exported.
      for (int i = 0; i < 1000 && !isNativeSpawnerLoaded(); i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      System.out.println("loaded: " + isNativeSpawnerLoaded());
      supervisor.add(
          ServiceSpec.named("one").process(ProcessSpec.command("p", "sleep", "600")).build());
      System.out.println("state: " + supervisor.start("one").get(30, TimeUnit.SECONDS).state());
    }
  }

  /** The thread that watches children runs once posix_spawn(3) is loaded. */
  public static boolean isNativeSpawnerLoaded() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("luhproc-children"));
  }
}
