package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.PendingReply;
import io.luhproc.cli.client.ServiceView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * An operation of the API with several services at a time.
 *
 * @param name the name in the API, such as {@code start}
 * @param process the name of the process; empty for the whole service
 * @param query further parameters of the request
 * @param timeout how long to wait until it is done; zero does not wait
 */
record ServiceOperation(String name, String process, String query, Duration timeout) {
  // The daemon has at most 1 200 connections.
  private static final int MAX_CONCURRENT = 100;

  /** A request that was sent. */
  private record Sent(String service, PendingReply reply) {}

  /**
   * Sends the requests without waiting for each other, and reports each answer in order.
   *
   * @return the first exit code that is not 0
   */
  int run(List<ServiceView> services, DaemonClient client, OperationReport report) {
    Deque<Sent> sent = new ArrayDeque<>();
    for (ServiceView service : services) {
      if (sent.size() >= MAX_CONCURRENT) {
        receive(sent.remove(), report);
      }
      try {
        sent.add(new Sent(service.name(), client.startPost(target(service.name()), timeout)));
      } catch (LuhprocException e) {
        report.onFailure(e);
      }
    }
    sent.forEach(it -> receive(it, report));
    return report.exitCode();
  }

  private void receive(Sent sent, OperationReport report) {
    try {
      report.onReply(sent.service(), sent.reply().await(), timeout);
    } catch (LuhprocException e) {
      report.onFailure(e);
    }
  }

  private String target(String service) {
    String path =
        process.isEmpty()
            ? DaemonClient.path("services", service, name)
            : DaemonClient.path("services", service, "processes", process, name);
    String parameters =
        (timeout.isZero() ? "" : "&wait=" + timeout.toMillis() + "ms")
            + (query.isEmpty() ? "" : "&" + query);
    return parameters.isEmpty() ? path : path + "?" + parameters.substring(1);
  }
}
