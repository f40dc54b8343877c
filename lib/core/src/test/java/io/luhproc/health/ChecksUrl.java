package io.luhproc.health;

import java.nio.file.Path;

/** Makes one http check of the URL it is given, with the trust that its JVM was started with. */
final class ChecksUrl {
  private ChecksUrl() {}

  public static void main(String[] args) throws Exception {
    CheckContext context = CheckContexts.contextIn(Path.of("/tmp"));
    System.out.println("result " + HealthCheck.http(args[0]).check(context));
  }
}
