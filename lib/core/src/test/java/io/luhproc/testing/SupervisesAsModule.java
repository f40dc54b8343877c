package io.luhproc.testing;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.Supervisor;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Supervises a process from outside of the packages of the module, which it tells. */
public final class SupervisesAsModule {
  private SupervisesAsModule() {}

  /** Takes the directory of the supervisor. */
  public static void main(String[] arguments) throws Exception {
    System.out.println("module: " + Supervisor.class.getModule().getName());
    try (Supervisor supervisor =
        Supervisor.builder().directory(Path.of(arguments[0])).withoutCgroups().build()) {
      // By means of the JDK alone, as packages that are not exported are closed to this.
      for (int i = 0; i < 1000 && !isNativeSpawnerLoaded(); i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      System.out.println("loaded: " + isNativeSpawnerLoaded());
      supervisor.add(
          ServiceSpec.named("one").process(ProcessSpec.command("p", "sleep", "600")).build());
      System.out.println("state: " + supervisor.start("one").get(30, TimeUnit.SECONDS).state());
    }
  }

  /** What has loaded posix_spawn(3) goes on as the thread that hears of ends. */
  public static boolean isNativeSpawnerLoaded() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(it -> it.getName().equals("luhproc-children"));
  }
}
