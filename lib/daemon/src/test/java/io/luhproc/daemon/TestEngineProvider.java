package io.luhproc.daemon;

import io.luhproc.engine.EngineSettings;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngineProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens {@code test:NAME}. */
public final class TestEngineProvider implements WorkerEngineProvider {
  private static final Map<String, TestEngine> ENGINES = new ConcurrentHashMap<>();

  /** Returns the engine that runs the workers of {@code test:NAME}. */
  static TestEngine engine(String name) {
    return ENGINES.computeIfAbsent(name, it -> new TestEngine());
  }

  @Override
  public String scheme() {
    return "test";
  }

  @Override
  public WorkerEngine open(EngineSettings settings) {
    return engine(settings.target());
  }
}
