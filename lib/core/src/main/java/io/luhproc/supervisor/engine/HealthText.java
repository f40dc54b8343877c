package io.luhproc.supervisor.engine;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthResult;
import io.luhproc.health.HealthState;
import java.util.List;

/** How health is told to people. */
final class HealthText {
  private HealthText() {}

  /** Returns what the last check found. */
  static String detail(HealthState tally) {
    List<CheckRecord> history = tally.history();
    return history.isEmpty() ? "not checked yet" : detail(history.get(history.size() - 1).result());
  }

  private static String detail(HealthResult last) {
    String verdict = last.isHealthy() ? "healthy" : "unhealthy";
    return last.detail().isEmpty() ? verdict : last.detail();
  }
}
