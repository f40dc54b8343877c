/** Runs workers as jobs of Slurm. */
module io.luhproc.slurm {
  requires io.luhproc.core;
  requires static org.jspecify;

  provides io.luhproc.engine.WorkerEngineProvider with
      io.luhproc.slurm.SlurmEngineProvider;
}
