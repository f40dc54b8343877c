package io.luhproc.health;

import io.luhproc.health.monitor.CheckContexts;
import java.nio.file.Path;

/** Checks the URL in its argument once, with the trust store that its JVM was started with. */
final class ChecksUrl {
  private ChecksUrl() {}

  public static void main(String[] args) throws Exception {
    CheckContext context = CheckContexts.contextIn(Path.of("/tmp"));
    HealthCheck check = HealthCheck.http(args[0]).answeredByAnyProcess();
    System.out.println("result " + check.check(context));
  }
}
