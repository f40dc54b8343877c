package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessKey;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.tree.TreeStopService;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Sends signals to the processes of workers. */
final class WorkerSignaller {
  private final ManagerContext context;

  WorkerSignaller(ManagerContext context) {
    this.context = context;
  }

  /** Sends a signal; see {@link ProcessManager#signal(String, String, Signal)}. */
  boolean signal(ProcessKey key, Signal signal) {
    Optional<WorkerInfo> worker = new WorkerQuery(context).info(key);
    Optional<ProcessIdentity> process =
        worker.filter(it -> it.state().isAlive()).flatMap(WorkerInfo::identity);
    if (process.isEmpty()) {
      return false;
    }
    try (TreeStopService service =
        TreeStopService.start(context.table(), Posix.lazy(), context.time())) {
      return service.signal(process.get(), signal).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LuhprocException failure) {
        throw failure;
      }
      throw new LuhprocException("cannot send " + signal + " to " + key + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while sending " + signal + " to " + key, e);
    }
  }
}
