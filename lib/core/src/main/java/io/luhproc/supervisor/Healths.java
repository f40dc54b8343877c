package io.luhproc.supervisor;

import io.luhproc.health.HealthRecord;
import io.luhproc.health.HealthResult;
import io.luhproc.health.HealthTally;
import java.util.List;

/** How health is told to people. */
final class Healths {
  private Healths() {}

  /** Returns what the last check found. */
  static String detail(HealthTally tally) {
    List<HealthRecord> history = tally.history();
    return history.isEmpty() ? "not checked yet" : detail(history.get(history.size() - 1).result());
  }

  private static String detail(HealthResult last) {
    String verdict = last.isHealthy() ? "healthy" : "unhealthy";
    return last.detail().isEmpty() ? verdict : last.detail();
  }
}
