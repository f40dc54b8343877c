package io.luhproc.cli.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private static final BigDecimal MILLIS_PER_SECOND = BigDecimal.valueOf(1000);

  /** Returns the usage of all running processes. */
  public static List<UsageView> of(List<ServiceView> services) {
    List<UsageView> usages = new ArrayList<>();
    for (ServiceView service : services) {
      for (JsonObject process : new JsonObject(service.json()).objects("processes")) {
        process.object("usage").flatMap(it -> of(service, process, it)).ifPresent(usages::add);
      }
    }
    return usages;
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
}
