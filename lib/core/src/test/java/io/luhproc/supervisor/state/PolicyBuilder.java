package io.luhproc.supervisor.state;

import io.luhproc.health.HealthCheck;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartIntensity;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.service.ServiceSpec;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Specs for tests: processes {@code web-1}, {@code web-2} ... without a check, restarted after 1 s,
 * unless changed.
 */
record PolicyBuilder(
    UnaryOperator<ProcessSpec.Builder> process,
    int count,
    RestartStrategy strategy,
    RestartIntensity intensity) {
  static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  static final Duration MIN_READY = Duration.ofMillis(500);
  static final Duration DELAY = Duration.ofSeconds(1);

  static PolicyBuilder simple() {
    return of(RestartPolicy.onFailure().delay(DELAY).jitter(0));
  }

  static PolicyBuilder of(RestartPolicy policy) {
    return new PolicyBuilder(
        spec -> spec.restart(policy).startTimeout(START_TIMEOUT).minReadyTime(MIN_READY),
        1,
        RestartStrategy.ONE_FOR_ONE,
        RestartIntensity.unlimited());
  }

  static String name(int process) {
    return "web-" + (process + 1);
  }

  PolicyBuilder oneshot() {
    return with(ProcessSpec.Builder::oneshot);
  }

  PolicyBuilder withHealthCheck(boolean restarts) {
    return with(
        spec ->
            spec.health(HealthCheck.tcp("localhost", 1).policy().restartWhenUnhealthy(restarts)));
  }

  PolicyBuilder minReadyTime(Duration minReadyTime) {
    return with(spec -> spec.minReadyTime(minReadyTime));
  }

  /** Applies a change to the spec of every process. */
  PolicyBuilder with(UnaryOperator<ProcessSpec.Builder> change) {
    return new PolicyBuilder(spec -> change.apply(process.apply(spec)), count, strategy, intensity);
  }

  PolicyBuilder processes(int number, RestartStrategy value) {
    return new PolicyBuilder(process, number, value, intensity);
  }

  PolicyBuilder intensity(int restarts, Duration within) {
    return new PolicyBuilder(process, count, strategy, new RestartIntensity(restarts, within));
  }

  ServiceSpec build() {
    ServiceSpec.Builder service = ServiceSpec.named("shop").strategy(strategy);
    for (int i = 0; i < count; i++) {
      service.process(process.apply(ProcessSpec.command(name(i), "true")));
    }
    if (intensity.isLimited()) {
      service.intensity(intensity.maxRestarts(), intensity.period());
    }
    return service.build();
  }

  ServiceFsmState initial() {
    return ServiceFsmState.initial(build(), new DependencyState.Satisfied());
  }
}
