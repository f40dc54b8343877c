package io.luhproc.recipes;

// recipe: supervise
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.Supervisor;
import java.nio.file.Path;

public final class ServiceApp {
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]); // used by this supervisor only
    try (Supervisor supervisor = Supervisor.builder().directory(directory).build()) {
      supervisor.add(
          ServiceSpec.named("shop").process(ProcessSpec.shell("web", "exec sleep 600")).build());
      supervisor.start("shop").get(); // completes when running, or fails with the reason
      System.out.println(supervisor.why("shop")); // shop is running: …
      System.in.read(); // blocks until Enter is pressed
    } // stops all services, dependents first
  }
}
// end
