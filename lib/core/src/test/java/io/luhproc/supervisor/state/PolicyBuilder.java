package io.luhproc.supervisor.state;

import io.luhproc.service.RestartIntensity;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** Rules as tests want them: one process without a check, retried after 1 s, unless changed. */
record PolicyBuilder(
    ProcessPolicy process, int count, RestartStrategy strategy, RestartIntensity intensity) {
  static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  static final Duration MIN_READY = Duration.ofMillis(500);
  static final Duration DELAY = Duration.ofSeconds(1);

  static PolicyBuilder simple() {
    return of(RestartPolicy.onFailure().delay(DELAY).jitter(0));
  }

  static PolicyBuilder of(RestartPolicy policy) {
    ProcessPolicy process =
        new ProcessPolicy("web", false, policy, false, false, START_TIMEOUT, MIN_READY);
    return new PolicyBuilder(process, 1, RestartStrategy.ONE_FOR_ONE, RestartIntensity.unlimited());
  }

  PolicyBuilder oneshot() {
    return withProcess(
        new ProcessPolicy(
            "web",
            true,
            process.restart(),
            process.hasHealthCheck(),
            process.restartWhenUnhealthy(),
            process.startTimeout(),
            process.minReadyTime()));
  }

  PolicyBuilder withHealthCheck(boolean restarts) {
    return withProcess(
        new ProcessPolicy(
            "web",
            process.oneshot(),
            process.restart(),
            true,
            restarts,
            process.startTimeout(),
            process.minReadyTime()));
  }

  PolicyBuilder minReadyTime(Duration minReadyTime) {
    return withProcess(
        new ProcessPolicy(
            "web",
            process.oneshot(),
            process.restart(),
            process.hasHealthCheck(),
            process.restartWhenUnhealthy(),
            process.startTimeout(),
            minReadyTime));
  }

  private PolicyBuilder withProcess(ProcessPolicy next) {
    return new PolicyBuilder(next, count, strategy, intensity);
  }

  PolicyBuilder processes(int many, RestartStrategy how) {
    return new PolicyBuilder(process, many, how, intensity);
  }

  PolicyBuilder intensity(int restarts, Duration within) {
    return new PolicyBuilder(process, count, strategy, new RestartIntensity(restarts, within));
  }

  ServicePolicy build() {
    List<ProcessPolicy> processes = Collections.nCopies(count, process);
    return new ServicePolicy(processes, strategy, intensity);
  }
}
