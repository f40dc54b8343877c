package io.luhproc.worker;

import io.luhproc.process.EnvironmentNames;
import java.util.List;
import java.util.Map;

/** Implements {@link ProcessManager#check()} for a process in which a task's variable is set. */
final class WorkerBootstrap {
  private static final String DEFAULT_ID = "foreground";

  private final ManagerContext context;

  WorkerBootstrap(ManagerContext context) {
    this.context = context;
  }

  /** Runs a task and exits; returns if the variables are inherited from a worker. */
  void run() {
    Map<String, String> environment = context.platform().environment();
    Activation activation = Activation.fromEnvironment(context.tasks(), environment, context.app());
    if (activation.worker().isPresent()) {
      runAsWorker(activation.worker().get());
    }
    List<String> setByUser = activation.setByUser();
    if (!setByUser.isEmpty()) {
      warnIfSeveralSet(setByUser);
      String id = environment.getOrDefault(EnvironmentNames.ID, "");
      boolean inherited = activation.worker().isPresent() || id.isEmpty();
      System.exit(
          TaskRunner.runInForeground(
              context,
              setByUser.get(0),
              inherited ? DEFAULT_ID : id,
              context.program()::arguments));
    }
  }

  private void runAsWorker(Activation.WorkerRef worker) {
    // Not a switch, which would load two more classes before the task.
    WorkerRole role = WorkerRole.resolve(worker.directory(), context);
    if (role == WorkerRole.WORKER) {
      System.exit(new WorkerProcess(context, worker).run(context.tasks().get(worker.key().task())));
    }
    if (role == WorkerRole.SUPERSEDED) {
      System.err.println(
          worker.key() + " was stopped or restarted before this process began; exiting");
      System.exit(0);
    }
  }

  private static void warnIfSeveralSet(List<String> variables) {
    if (variables.size() > 1) {
      // Not a log message: an app without an SLF4J provider would drop it.
      System.err.println(
          "the variables of several tasks are set, " + variables + "; running " + variables.get(0));
    }
  }
}
