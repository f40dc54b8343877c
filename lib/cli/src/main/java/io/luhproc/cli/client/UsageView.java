package io.luhproc.cli.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a process uses, as the daemon reports it.
 *
 * @param service the name of the service
 * @param process the name of the process
 * @param cpuTime the CPU time since its start
 * @param memoryBytes the resident memory
 */
public record UsageView(String service, String process, Duration cpuTime, long memoryBytes) {
  private static final int NOT_FOUND = 404;
  private static final BigDecimal MILLIS_PER_SECOND = BigDecimal.valueOf(1000);

  /**
   * Returns the usage of all running processes: from their status, or else as the page reads it.
   */
  public static List<UsageView> read(List<ServiceView> services, DaemonClient client) {
    List<UsageView> usages = new ArrayList<>();
    boolean isReported = false;
    for (ServiceView service : services) {
      for (JsonObject process : new JsonObject(service.json()).objects("processes")) {
        isReported |= process.values().containsKey("usage");
        process.object("usage").flatMap(it -> of(service, process, it)).ifPresent(usages::add);
      }
    }
    return isReported ? usages : readOfPage(client);
  }

  private static Optional<UsageView> of(ServiceView service, JsonObject process, JsonObject usage) {
    Optional<BigDecimal> seconds = usage.number("cpuSeconds");
    return seconds.map(
        it ->
            new UsageView(
                service.name(),
                process.text("name").orElse(""),
                Duration.ofMillis(it.multiply(MILLIS_PER_SECOND).longValue()),
                usage.number("memoryBytes").map(BigDecimal::longValue).orElse(0L)));
  }

  private static List<UsageView> readOfPage(DaemonClient client) {
    List<UsageView> usages = new ArrayList<>();
    for (JsonObject usage : JsonObject.listOf(page(client))) {
      Optional<BigDecimal> millis = usage.number("cpuMillis");
      millis.ifPresent(
          it ->
              usages.add(
                  new UsageView(
                      usage.text("service").orElse(""),
                      usage.text("process").orElse(""),
                      Duration.ofMillis(it.longValue()),
                      usage.number("rssBytes").map(BigDecimal::longValue).orElse(0L))));
    }
    return usages;
  }

  private static Object page(DaemonClient client) {
    try {
      return client.get("/page/usage").json();
    } catch (RefusedRequestException e) {
      if (e.status() == NOT_FOUND) {
        return Map.of(); // A daemon that reports no usage.
      }
      throw e;
    }
  }
}
