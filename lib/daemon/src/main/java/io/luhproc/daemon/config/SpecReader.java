package io.luhproc.daemon.config;

import io.luhproc.health.HealthCheck;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.StopPolicy;
import java.time.Duration;
import java.util.List;

/** Reads the parts of specifications that several formats share. */
final class SpecReader {
  // What follows SIGKILL in formats that have only a grace period.
  private static final Duration KILL_TIME = Duration.ofSeconds(5);

  private SpecReader() {}

  /** Reads {@code after}, {@code requires}, {@code wants} and {@code conflicts}. */
  static void readDependencies(TableReader table, ServiceSpec.Builder service) {
    service.after(names(table, "after"));
    service.requires(names(table, "requires"));
    service.wants(names(table, "wants"));
    service.conflicts(names(table, "conflicts"));
  }

  private static String[] names(TableReader table, String key) {
    return table.strings(key).orElse(List.of()).toArray(String[]::new);
  }

  /** Reads a condition of restarts; default on failure. */
  static RestartPolicy readRestart(TableReader table, String key) {
    RestartPolicy.Condition condition =
        table.choice(key, RestartPolicy.Condition.class).orElse(RestartPolicy.Condition.ON_FAILURE);
    return switch (condition) {
      case ALWAYS -> RestartPolicy.always();
      case ON_FAILURE -> RestartPolicy.onFailure();
      case NEVER -> RestartPolicy.never();
    };
  }

  /** Reads {@code max_restarts} of other formats, where 0 means unlimited. */
  static RestartPolicy readMaxRestarts(TableReader table, RestartPolicy policy) {
    return table.apply(
        "max_restarts",
        table::integer,
        policy,
        (p, it) -> p.maxRetries(it == 0 ? RestartPolicy.UNLIMITED : it));
  }

  /** Returns a policy that kills after a grace period, and with enough time for the kill. */
  static StopPolicy withGrace(StopPolicy policy, Duration grace) {
    Duration killed = grace.plus(KILL_TIME);
    Duration timeout = killed.compareTo(policy.timeout()) > 0 ? killed : policy.timeout();
    return policy.timeout(timeout).grace(grace);
  }

  /** Returns a check of an address such as {@code localhost:5432}. */
  static HealthCheck tcpCheck(String text) {
    ListenAddress address = ListenAddress.parse(text);
    return HealthCheck.tcp(address.host(), address.port());
  }
}
