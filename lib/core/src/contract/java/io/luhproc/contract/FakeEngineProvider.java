package io.luhproc.contract;

import io.luhproc.engine.EngineSettings;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngineProvider;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Opens {@code fake:NAME}, a place that a test has registered. */
public final class FakeEngineProvider implements WorkerEngineProvider {
  private static final Map<String, FakeEngine.Place> PLACES = new ConcurrentHashMap<>();

  /** Registers a place and returns the address of its engine. */
  public static String register(FakeEngine.Place place) {
    String name = "place" + PLACES.size() + "-" + System.identityHashCode(place);
    PLACES.put(name, place);
    return "fake:" + name;
  }

  @Override
  public String scheme() {
    return "fake";
  }

  @Override
  public WorkerEngine open(EngineSettings settings) {
    return Objects.requireNonNull(PLACES.get(settings.target())).open(settings.app());
  }
}
