package io.luhproc.worker;

import java.util.List;
import java.util.Map;

/** What {@link ProcessManager#check()} does in a process in which a task's variable is set. */
final class CheckIn {
  private final Parts parts;

  CheckIn(Parts parts) {
    this.parts = parts;
  }

  /** Runs a task and exits, or returns because the variables are inherited from a worker. */
  void run() {
    Map<String, String> environment = parts.system().environment();
    Trigger trigger = Trigger.of(parts.tasks(), environment, parts.app());
    if (trigger.launch().isPresent()) {
      runAsWorker(trigger.launch().get());
    }
    List<String> byHand = trigger.byHand();
    if (!byHand.isEmpty()) {
      warnOfOthers(byHand);
      String id = environment.getOrDefault(Variables.ID, "");
      boolean inherited = trigger.launch().isPresent() || id.isEmpty();
      Foreground foreground = new Foreground(parts);
      System.exit(
          foreground.run(
              byHand.get(0), inherited ? Foreground.ID : id, parts.program()::arguments));
    }
  }

  private void runAsWorker(Trigger.Launched launched) {
    // No switch, which would load two more classes before the task.
    Membership membership = Membership.of(launched.directory(), parts);
    if (membership == Membership.WORKER) {
      System.exit(new WorkerProcess(parts, launched).run(parts.tasks().get(launched.key().task())));
    }
    if (membership == Membership.SUPERSEDED) {
      System.err.println(
          launched.key() + " was stopped or started anew before this process began; it exits");
      System.exit(0);
    }
    // A stranger inherited the variables from a worker; this is something that it started.
  }

  private static void warnOfOthers(List<String> set) {
    if (set.size() > 1) {
      // Not by the log: an app without a provider would never show it.
      System.err.println(
          "the variables of several tasks are set, " + set + "; " + set.get(0) + " runs");
    }
  }
}
