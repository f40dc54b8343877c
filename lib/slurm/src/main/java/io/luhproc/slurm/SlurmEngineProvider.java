package io.luhproc.slurm;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineSettings;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngineProvider;

/**
 * Opens engines for {@code slurm:PARTITION}; without a partition, Slurm's default partition is
 * used.
 *
 * @since 0.1
 */
public final class SlurmEngineProvider implements WorkerEngineProvider {

  /** Creates the provider; called by {@link java.util.ServiceLoader}. */
  public SlurmEngineProvider() {}

  @Override
  public String scheme() {
    return "slurm";
  }

  /**
   * Opens an engine.
   *
   * @throws EngineRefusedException if partition, {@code LUHPROC_SLURM_DIR} or {@code
   *     LUHPROC_SLURM_OPTIONS} is invalid
   */
  @Override
  public WorkerEngine open(EngineSettings settings) {
    return new SlurmEngine(SlurmSettings.of(settings));
  }
}
