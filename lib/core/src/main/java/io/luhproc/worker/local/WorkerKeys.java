package io.luhproc.worker.local;

import io.luhproc.directory.ProcessKey;
import io.luhproc.engine.WorkerKey;

/** Converts the keys of workers: of engines, which are public, and of process directories. */
public final class WorkerKeys {
  private WorkerKeys() {}

  /** Returns the key on every engine. */
  public static WorkerKey of(ProcessKey key) {
    return new WorkerKey(key.app(), key.task(), key.id());
  }

  /** Returns the key of the process directory. */
  public static ProcessKey processKey(WorkerKey key) {
    return new ProcessKey(key.app(), key.task(), key.id());
  }
}
