package io.luhproc.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Starts, finds and stops the workers of an app, and runs their tasks inside of them. */
public final class ProcessManager {

  private ProcessManager() {}

  /** Returns a builder without tasks. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Runs the task inline and exits the JVM when this process is one of its workers or its variable
   * is set; else returns.
   */
  public void check() {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs a task in the foreground, on the calling thread; returns the exit code: 0, or 1 when it
   * threw (the trace is on stderr).
   */
  public int run(String task, String id, List<String> arguments) {
    throw new UnsupportedOperationException();
  }

  /**
   * Starts a worker with default options; says so ({@link WorkerInfo#launched()} is false) when it
   * runs already.
   */
  public WorkerInfo start(String task, String id) {
    return start(task, id, StartOptions.defaults());
  }

  /** Starts a worker. */
  public WorkerInfo start(String task, String id, StartOptions options) {
    throw new UnsupportedOperationException();
  }

  /** Returns what is known about a worker; empty when it has no directory. */
  public Optional<WorkerInfo> info(String task, String id) {
    throw new UnsupportedOperationException();
  }

  /** Returns all workers of this app's tasks. */
  public List<WorkerInfo> list() {
    throw new UnsupportedOperationException();
  }

  /** Returns all workers of one task. */
  public List<WorkerInfo> list(String task) {
    throw new UnsupportedOperationException();
  }

  /** Returns every worker under the root, of any app. */
  public List<WorkerInfo> listAll() {
    throw new UnsupportedOperationException();
  }

  /** Stops a worker with default options. */
  public StopResult stop(String task, String id) {
    return stop(task, id, StopOptions.defaults());
  }

  /** Stops a worker. */
  public StopResult stop(String task, String id, StopOptions options) {
    throw new UnsupportedOperationException();
  }

  /** Stops all workers of one task. */
  public List<StopResult> stopAll(String task) {
    return stopAll(task, StopOptions.defaults());
  }

  /** Stops all workers of one task. */
  public List<StopResult> stopAll(String task, StopOptions options) {
    throw new UnsupportedOperationException();
  }

  /**
   * Stops a worker and starts it with the arguments, JVM options, directory and variables that it
   * had.
   */
  public WorkerInfo restart(String task, String id) {
    throw new UnsupportedOperationException();
  }

  /** Stops a worker and starts it with these options. */
  public WorkerInfo restart(String task, String id, StartOptions start, StopOptions stop) {
    throw new UnsupportedOperationException();
  }

  // public ProcessLog logs(String task, String id)   -- from io.luhproc.log

  /** Returns the registered tasks, in the order of registration. */
  public List<String> tasks() {
    throw new UnsupportedOperationException();
  }

  /** Returns the directory that the process directories are in. */
  public Path root() {
    throw new UnsupportedOperationException();
  }

  /** Collects what a manager needs to know. */
  public static final class Builder {
    private Builder() {}

    /** Registers a task under an environment variable. */
    public Builder task(String variable, Task task) {
      throw new UnsupportedOperationException();
    }

    /** Sets the app's name. */
    public Builder app(String name) {
      throw new UnsupportedOperationException();
    }

    /** Sets the main class. */
    public Builder mainClass(String name) {
      throw new UnsupportedOperationException();
    }

    /** Sets the whole command. */
    public Builder command(List<String> command) {
      throw new UnsupportedOperationException();
    }

    /** Sets how long a task has to return once it was asked to stop; default 10 s. */
    public Builder grace(Duration grace) {
      throw new UnsupportedOperationException();
    }

    /** Sets the root. */
    public Builder root(Path root) {
      throw new UnsupportedOperationException();
    }

    // public Builder logs(LogPolicy policy)

    /** Returns the manager. */
    public ProcessManager build() {
      throw new UnsupportedOperationException();
    }
  }
}
