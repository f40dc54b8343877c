package io.luhproc.engine;

import io.luhproc.contract.Behavior;
import io.luhproc.contract.FakeEngine;
import io.luhproc.contract.WorkerEngineContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The engine that tests use keeps the contract, too. */
class FakeEngineTest extends WorkerEngineContract {
  private final FakeEngine.Place place = new FakeEngine.Place();

  @Override
  protected WorkerEngine open(String app) {
    return place.open(app);
  }

  @Override
  protected WorkerSpec spec(WorkerKey key, String token, Behavior behavior) {
    return new WorkerSpec(
        key,
        token,
        List.of(behavior.name()),
        Map.of("INDEXER", "1"),
        Map.of(),
        Path.of("/"),
        Duration.ofSeconds(1),
        Optional.empty());
  }

  @Override
  protected void stopAnswering() {
    place.setAnswering(false);
  }

  @Override
  protected void answerAgain() {
    place.setAnswering(true);
  }
}
