package io.luhproc.supervisor;

import io.luhproc.service.RestartIntensity;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** Rules as tests want them: one process without a check, retried after 1 s, unless changed. */
record Rules(LifeRules process, int count, RestartStrategy strategy, RestartIntensity intensity) {
  static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  static final Duration SETTLE = Duration.ofMillis(500);
  static final Duration DELAY = Duration.ofSeconds(1);

  static Rules simple() {
    return of(RestartPolicy.onFailure().delay(DELAY).jitter(0));
  }

  static Rules of(RestartPolicy policy) {
    LifeRules process = new LifeRules("web", false, policy, false, false, START_TIMEOUT, SETTLE);
    return new Rules(process, 1, RestartStrategy.ONE_FOR_ONE, RestartIntensity.unlimited());
  }

  Rules once() {
    return with(
        new LifeRules(
            "web",
            true,
            process.restart(),
            process.awaitsHealth(),
            process.restartWhenUnhealthy(),
            process.startTimeout(),
            process.settle()));
  }

  Rules checked(boolean restarts) {
    return with(
        new LifeRules(
            "web",
            process.once(),
            process.restart(),
            true,
            restarts,
            process.startTimeout(),
            process.settle()));
  }

  Rules settle(Duration settle) {
    return with(
        new LifeRules(
            "web",
            process.once(),
            process.restart(),
            process.awaitsHealth(),
            process.restartWhenUnhealthy(),
            process.startTimeout(),
            settle));
  }

  private Rules with(LifeRules next) {
    return new Rules(next, count, strategy, intensity);
  }

  Rules processes(int many, RestartStrategy how) {
    return new Rules(process, many, how, intensity);
  }

  Rules intensity(int restarts, Duration within) {
    return new Rules(process, count, strategy, new RestartIntensity(restarts, within));
  }

  ServiceRules build() {
    List<LifeRules> processes = Collections.nCopies(count, process);
    return new ServiceRules(processes, strategy, intensity);
  }
}
