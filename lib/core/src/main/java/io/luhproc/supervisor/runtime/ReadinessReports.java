package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.health.Heartbeat;
import io.luhproc.log.ProcessLog;
import io.luhproc.notify.NotifyMessage;
import io.luhproc.notify.NotifyServer;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Readiness;
import io.luhproc.spawn.UserIds;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import io.luhproc.tree.TreeScope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for the report of processes that they are ready, and passes on what they send by
 * sd_notify(3). The time of the report is recorded in the process directory first, so that the next
 * supervisor knows it. A task records it itself.
 */
final class ReadinessReports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReadinessReports.class);
  private static final Duration TASK_POLL_INTERVAL = Duration.ofMillis(100);
  private static final long ROOT = 0;

  private final NotifyServer notifyServer;
  private final ProcessTable table;
  private final Timers timers;
  private final TimeSource timeSource;

  ReadinessReports(Path root, ProcessTable table, Timers timers, TimeSource timeSource) {
    this.notifyServer = new NotifyServer(root, table);
    this.table = table;
    this.timers = timers;
    this.timeSource = timeSource;
  }

  /**
   * Starts to watch a launch, whose process may not be started yet. It ends when the process is
   * stopped or has exited, see {@link LocalProcess#reports}.
   *
   * @param adopted the process, if a former supervisor launched it
   * @throws LuhprocException if its log or the socket cannot be opened
   */
  void watch(LocalInstance instance, Optional<RunningProcess> adopted, LaunchListener listener) {
    Readiness readiness = instance.spec().start().readiness();
    if (!readiness.isReported()) {
      return;
    }
    Watch watch = new Watch(instance, listener);
    if (readiness instanceof Readiness.SdNotify) {
      watch.receive(adopted);
    } else if (adopted.isPresent() && isRecorded(instance)) {
      return;
    } else if (readiness instanceof Readiness.LogLine line) {
      watch.followLog(line, adopted.map(RunningProcess::startedAt));
    } else if (readiness instanceof Readiness.TaskReady) {
      timers.schedule(TASK_POLL_INTERVAL, watch::poll);
    }
    instance.process().reports(watch);
  }

  private static boolean isRecorded(LocalInstance instance) {
    return instance.location().directory().readRecord().flatMap(ProcessRecord::readyAt).isPresent();
  }

  @Override
  public void close() {
    notifyServer.close();
  }

  /** The watch of one launch. */
  private final class Watch implements AutoCloseable {
    private final LocalInstance instance;
    private final LaunchListener listener;
    private volatile boolean closed;
    // Confined to the executor of the process, as is the next field.
    private boolean ready;
    private boolean mainPidLogged;
    // Guarded by this.
    private Optional<AutoCloseable> source = Optional.empty();

    Watch(LocalInstance instance, LaunchListener listener) {
      this.instance = instance;
      this.listener = listener;
    }

    private ProcessDirectory directory() {
      return instance.location().directory();
    }

    private void execute(Runnable body) {
      instance
          .executor()
          .execute(
              () -> {
                if (!closed) {
                  body.run();
                }
              });
    }

    /** Reports that it is ready, once. */
    private void reportReady() {
      if (!ready) {
        ready = true;
        record();
        listener.ready();
      }
    }

    private void record() {
      try {
        Optional<ProcessRecord> record =
            directory().readRecord().filter(it -> it.readyAt().isEmpty() && it.end().isEmpty());
        record.ifPresent(it -> directory().writeRecord(it.withReadyAt(timeSource.now())));
      } catch (LuhprocException e) {
        LOG.warn("cannot record that {} is ready", instance, e);
      }
    }

    // The log.

    synchronized void followLog(Readiness.LogLine readiness, Optional<Instant> since) {
      ProcessLog log = ProcessLog.of(directory().path()).both();
      source =
          Optional.of(
              ReadyLineWatch.start(
                  readiness,
                  it -> since.isPresent() ? log.followSince(since.get(), it) : log.follow(it),
                  () -> execute(this::reportReady)));
    }

    // The record of a task.

    private void poll() {
      if (!closed) {
        execute(this::readRecord);
      }
    }

    private void readRecord() {
      boolean isReady;
      try {
        isReady = isRecorded(instance);
      } catch (LuhprocException expected) {
        isReady = false; // For example without free descriptors; the next look may succeed.
      }
      if (isReady) {
        ready = true;
        listener.ready();
      } else {
        timers.schedule(TASK_POLL_INTERVAL, this::poll);
      }
    }

    // sd_notify(3).

    synchronized void receive(Optional<RunningProcess> adopted) {
      checkReachable();
      TreeScope scope = instance.process().scope(adopted.flatMap(RunningProcess::identity));
      NotifyServer.Tree tree =
          new NotifyServer.Tree(scope.directory(), scope.limitMarker(), scope.root());
      source = Optional.of(notifyServer.register(tree, this::execute, this::onMessage));
    }

    /** Another user cannot search the directory of the supervisor, and so not reach the socket. */
    private void checkReachable() {
      Optional<String> user = instance.spec().execContext().credentials().user();
      OptionalLong id = user.isEmpty() ? OptionalLong.empty() : UserIds.find(user.get());
      boolean isReachable =
          id.isEmpty() || id.getAsLong() == ROOT || id.equals(table.realUserId(table.currentPid()));
      if (!isReachable) {
        throw new LuhprocException(
            "cannot receive sd_notify(3) messages of "
                + instance
                + ": user "
                + user.get()
                + " cannot reach the socket in "
                + directory().path().resolveSibling("")
                + "; let a line of its log tell that it is ready");
      }
    }

    private void onMessage(NotifyMessage message) {
      if (message.watchdogFailed()) {
        updateHeartbeat(false);
      } else if (message.watchdog() || (message.ready() && !ready)) {
        updateHeartbeat(true);
      }
      if (message.mainPid().isPresent() && !mainPidLogged) {
        mainPidLogged = true;
        LOG.warn(
            "MAINPID={} of {} is not honoured: only the process that was launched is supervised;"
                + " run it in the foreground",
            message.mainPid().get(),
            instance);
      }
      LaunchListener.Notice notice =
          new LaunchListener.Notice(message.status(), message.extension(), message.stopping());
      if (!notice.isEmpty()) {
        listener.notified(notice);
      }
      if (message.ready()) {
        reportReady();
      }
    }

    private void updateHeartbeat(boolean alive) {
      try {
        if (alive) {
          Heartbeat.beat(directory().path());
        } else {
          Heartbeat.clear(directory().path());
        }
      } catch (IOException e) {
        LOG.warn("cannot update the heartbeat of {}", instance, e);
      }
    }

    /** Closes without the lock: a close waits for what calls this watch. */
    @Override
    public void close() {
      closed = true;
      Optional<AutoCloseable> closing;
      synchronized (this) {
        closing = source;
        source = Optional.empty();
      }
      closing.ifPresent(ReadinessReports::closeQuietly);
    }
  }

  private static void closeQuietly(AutoCloseable source) {
    try {
      source.close();
    } catch (Exception e) {
      LOG.warn("cannot end the watch for a report", e);
    }
  }
}
