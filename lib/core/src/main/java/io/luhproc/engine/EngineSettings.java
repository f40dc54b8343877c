package io.luhproc.engine;

import java.util.Map;

/**
 * What an engine is opened with.
 *
 * @param target what follows the scheme: a namespace, a partition; may be empty
 * @param app distinguishes the workers of this app from those of others: its name, or its program
 * @param environment the environment of this process
 * @since 0.1
 */
public record EngineSettings(String target, String app, Map<String, String> environment) {

  /** Copies the environment. */
  public EngineSettings {
    environment = Map.copyOf(environment);
  }

  /** Returns target and app, without the environment. */
  @Override
  public String toString() {
    return "EngineSettings[target=" + target + ", app=" + app + "]";
  }
}
