package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.contract.FakeEngine;
import io.luhproc.contract.FakeEngineProvider;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Opens a supervisor whose processes an engine without processes runs, for each test. */
abstract class RemoteServiceFixture {
  static final WorkerKey WEB = new WorkerKey(Optional.of("shop"), "shop_web", "web");
  static final Duration TIME_OUT = Duration.ofSeconds(30);

  @TempDir Path folder;
  final FakeEngine.Place place = new FakeEngine.Place();
  final String engine = FakeEngineProvider.register(place);
  SupervisorFixture shop;

  @BeforeEach
  void open() {
    shop = new SupervisorFixture(folder);
  }

  @AfterEach
  void close() {
    place.setAnswering(true);
    place.setStops(FakeEngine.Place.StopMode.AT_ONCE);
    shop.close();
  }

  void awaitPlace(String text) {
    Eventually.holds(
        () -> text + " in " + shop.status("web"),
        () -> shop.status("web").place().filter(it -> it.contains(text)).isPresent());
  }

  /** Starts the process without the supervisor. */
  void startElsewhere() {
    WorkerSpec other =
        new WorkerSpec(
            WEB,
            "other-token",
            List.of("RUN"),
            Map.of(),
            Map.of(),
            folder,
            TIME_OUT,
            Optional.empty());
    assertThat(place.open("other").start(other).status().key()).isEqualTo(WEB);
  }
}
