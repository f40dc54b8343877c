package io.luhproc.queue;

/**
 * The state of a queue. The ended workers are those since the queue was opened.
 *
 * @param waiting workers that are not assigned to an engine yet
 * @param running workers that were started, or are being started, and have not ended
 * @param succeeded workers that ended with exit code 0
 * @param failed workers that ended otherwise, or could not be started
 * @since 0.1
 */
public record QueueStatus(int waiting, int running, long succeeded, long failed) {

  /** Returns whether no worker waits or runs. */
  public boolean isEmpty() {
    return waiting == 0 && running == 0;
  }
}
