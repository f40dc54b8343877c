package io.luhproc.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The status of a service, as the daemon reports it.
 *
 * @param name the name of the service
 * @param state the state in lower case, see {@link io.luhproc.service.ProcessState}
 * @param cause why it is in this state; empty if it was simply requested
 * @param blockedOn the services that it waits for
 * @param processes its processes
 * @param json all that the daemon reports, see {@link Json}
 */
public record ServiceView(
    String name,
    String state,
    Optional<String> cause,
    List<String> blockedOn,
    List<ProcessView> processes,
    Map<?, ?> json) {

  /** Returns the services of an answer, which is an array of services, or one service. */
  static List<ServiceView> listOf(Object json) {
    List<ServiceView> services = new ArrayList<>();
    List<JsonObject> objects =
        json instanceof Map<?, ?> one ? List.of(new JsonObject(one)) : JsonObject.listOf(json);
    for (JsonObject object : objects) {
      services.add(of(object));
    }
    return services;
  }

  private static ServiceView of(JsonObject object) {
    List<ProcessView> processes = new ArrayList<>();
    for (JsonObject process : object.objects("processes")) {
      processes.add(ProcessView.of(process));
    }
    return new ServiceView(
        object.text("name").orElse(""),
        object.text("state").orElse("unknown"),
        object.text("cause"),
        object.texts("blockedOn"),
        processes,
        object.values());
  }

  /** Returns whether the service is up. */
  public boolean isRunning() {
    return state.equals("running");
  }

  /** Returns whether it has exited with success, and is not restarted. */
  public boolean isExited() {
    return state.equals("exited");
  }

  /** Returns whether it has failed for good. */
  public boolean isFailed() {
    return state.equals("failed");
  }

  /** Returns whether one of its processes is requested to be up. */
  public boolean isDesiredUp() {
    for (ProcessView process : processes) {
      if (process.desiredUp()) {
        return true;
      }
    }
    return false;
  }
}
