package io.luhproc.cli.service;

import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.ProcessView;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.cli.client.UsageView;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the daemon for all processes, and computes their load between two answers. At first, it is
 * the mean since the start of the process. Used by one thread at a time.
 */
final class TopSampler {
  private final DaemonClient client;
  private final TimeSource time;
  // By name of the row.
  private Map<String, Sample> samples = new HashMap<>();

  private record Sample(long pid, Duration cpuTime, long nanoTime) {}

  TopSampler(DaemonClient client, TimeSource time) {
    this.client = client;
    this.time = time;
  }

  List<TopRow> read() {
    List<ServiceView> services = client.services();
    Map<String, UsageView> usages = new HashMap<>();
    for (UsageView usage : UsageView.of(services)) {
      usages.put(key(usage.service(), usage.process()), usage);
    }
    long nanoTime = time.nanoTime();
    Instant now = time.now();
    Map<String, Sample> current = new HashMap<>();
    List<TopRow> rows = new ArrayList<>();
    for (ServiceView service : services) {
      for (ProcessView process : service.processes()) {
        String key = key(service.name(), process.name());
        Optional<UsageView> usage =
            process.pid().isEmpty() ? Optional.empty() : Optional.ofNullable(usages.get(key));
        Optional<Duration> uptime = process.uptime(now);
        Optional<Double> cpu = Optional.empty();
        if (usage.isPresent()) {
          Sample sample = new Sample(process.pid().get(), usage.get().cpuTime(), nanoTime);
          current.put(key, sample);
          cpu =
              Optional.of(
                  percent(
                      Optional.ofNullable(samples.get(key)), sample, uptime.orElse(Duration.ZERO)));
        }
        rows.add(new TopRow(service, process, uptime, cpu, usage.map(UsageView::memoryBytes)));
      }
    }
    samples = current;
    return rows;
  }

  private static double percent(Optional<Sample> before, Sample now, Duration uptime) {
    Sample start =
        before
            .filter(it -> it.pid() == now.pid() && it.nanoTime() < now.nanoTime())
            .orElse(new Sample(now.pid(), Duration.ZERO, now.nanoTime() - uptime.toNanos()));
    double used = now.cpuTime().minus(start.cpuTime()).toNanos();
    double elapsed = now.nanoTime() - start.nanoTime();
    return elapsed <= 0 ? 0 : Math.max(0, 100 * used / elapsed);
  }

  private static String key(String service, String process) {
    return service + "/" + process;
  }
}
