package io.luhproc.worker;

import io.luhproc.archive.WorkerArchive;
import io.luhproc.directory.ProcessKey;
import io.luhproc.posix.Posix;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessEnd;
import io.luhproc.time.Threads;
import io.luhproc.worker.bootstrap.Activation;
import io.luhproc.worker.bootstrap.PendingLaunch;
import io.luhproc.worker.bootstrap.WorkerMaintenanceThread;
import io.luhproc.worker.bootstrap.WorkerRecorder;
import io.luhproc.worker.bootstrap.WorkerRole;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

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
    Activation activation =
        Activation.fromEnvironment(context.tasks().names(), environment, context.app());
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
    rejectUnknownTask();
  }

  /** Fails if this JVM was launched for a task of this manager that is not registered now. */
  private void rejectUnknownTask() {
    Optional<PendingLaunch> launch = PendingLaunch.find(context.platform());
    if (launch.isEmpty()) {
      return;
    }
    String cause =
        ("its task is not registered when check() is called in the worker (registered: %s);"
                + " register every task before check(), whatever the arguments are: a worker is"
                + " started without the arguments of the app")
            .formatted(String.join(", ", context.tasks().names()));
    if (launch.get().isLaunchedBy(context.tasks().names())) {
      launch.get().fail(cause);
    }
    launch.get().failUnlessConsumed(cause);
  }

  private void runAsWorker(Activation.WorkerRef worker) {
    // Not a switch, which would load two more classes before the task.
    WorkerRole role = WorkerRole.resolve(worker.directory(), context.platform());
    if (role == WorkerRole.WORKER) {
      System.exit(runTask(worker));
    }
    if (role == WorkerRole.SUPERSEDED) {
      System.err.println(
          worker.key() + " was stopped or restarted before this process began; exiting");
      System.exit(0);
    }
  }

  private int runTask(Activation.WorkerRef worker) {
    Activation.consumeLaunch(context.platform().environment());
    ensureSessionLeader(worker.key());
    WorkerArchive archive = new WorkerArchive(context.platform().environment(), context.time());
    WorkerRecorder recorder =
        new WorkerRecorder(context.time(), context.program(), worker, archive);
    Runtime.getRuntime().addShutdownHook(Threads.daemon("exit-hook", recorder.exitHook()));
    DefaultTaskContext taskContext =
        new DefaultTaskContext(
            new DefaultTaskContext.RunInfo(
                worker.key().task(),
                worker.key().id(),
                Optional.of(worker.directory().path()),
                recorder),
            context.time());
    WorkerMaintenanceThread maintenance =
        new WorkerMaintenanceThread(
            context.time(),
            context.table(),
            context.logPolicy().forProcess(worker.key().task()),
            worker.directory(),
            recorder,
            archive);
    try (maintenance) {
      Task task = context.tasks().get(worker.key().task());
      ProcessEnd end = new TaskRunner(context, taskContext, recorder).run(task);
      recorder.onEnded(end);
      return end.exitCode().orElse(0);
    }
  }

  /** Creates a session if the starter had no setsid(1) to launch this process with. */
  private void ensureSessionLeader(ProcessKey key) {
    if (context.table().leadsSession(context.table().currentPid())) {
      return;
    }
    try {
      Posix.lazy().setsid();
    } catch (IOException e) {
      LoggerFactory.getLogger(WorkerBootstrap.class)
          .warn("cannot create a session for {}; it ends with the session of its starter", key, e);
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
