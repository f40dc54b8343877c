package io.luhproc.worker;

import io.luhproc.engine.EngineSettings;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngineProvider;
import io.luhproc.engine.WorkerEngines;

/**
 * Opens the engine {@code local:}, which is this machine. Called by {@link WorkerEngines}, not by
 * users.
 *
 * @since 0.1
 */
public final class LocalEngineProvider implements WorkerEngineProvider {

  /** Creates a provider; for {@link java.util.ServiceLoader}. */
  public LocalEngineProvider() {}

  @Override
  public String scheme() {
    return "local";
  }

  @Override
  public WorkerEngine open(EngineSettings settings) {
    return LocalEngine.open(settings);
  }
}
