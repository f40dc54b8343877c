package io.luhproc.daemon.http;

import io.luhproc.service.Dependencies;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/** Writes the services and their dependencies as text, JSON or a Mermaid flowchart. */
final class TreeReply {
  private static final String MERMAID = "text/vnd.mermaid";

  private final List<ServiceStatus> services;
  private final Map<String, Dependencies> dependencies = new HashMap<>();

  private TreeReply(ApiTarget target) {
    services = target.supervisor().status().services();
    for (ServiceSpec spec : target.services()) {
      dependencies.put(spec.name(), spec.dependencies());
    }
  }

  static Reply of(ApiTarget target, ApiRequest request) {
    return switch (request.format("text/plain", "application/json", MERMAID)) {
      case "application/json" -> Reply.json(200, new TreeReply(target)::writeJson);
      case MERMAID ->
          new Reply(200, MERMAID + "; charset=utf-8", new TreeReply(target).toMermaid());
      default -> Reply.text(target.supervisor().tree() + "\n");
    };
  }

  private Dependencies of(ServiceStatus service) {
    return dependencies.getOrDefault(service.name(), Dependencies.none());
  }

  private void writeJson(JsonGenerator json) {
    json.writeStartArray();
    for (ServiceStatus service : services) {
      json.writeStartObject();
      json.writeStringProperty("name", service.name());
      json.writeStringProperty("state", state(service));
      writeNames(json, "requires", of(service).requires());
      writeNames(json, "wants", of(service).wants());
      writeNames(json, "after", of(service).after());
      writeNames(json, "conflicts", of(service).conflicts());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeNames(JsonGenerator json, String property, Collection<String> names) {
    json.writeArrayPropertyStart(property);
    new TreeSet<>(names).forEach(json::writeString);
    json.writeEndArray();
  }

  private static String state(ServiceStatus service) {
    return service.state().name().toLowerCase(Locale.ROOT);
  }

  /** Nodes have numbers, because a name can be a keyword of Mermaid. */
  private String toMermaid() {
    StringBuilder text = new StringBuilder("flowchart TD\n");
    Map<String, String> ids = new HashMap<>();
    for (ServiceStatus service : services) {
      String id = "s" + ids.size();
      ids.put(service.name(), id);
      String label = escape(service.name()) + " (" + state(service) + ")";
      text.append("  ").append(id).append("[\"").append(label).append("\"]\n");
    }
    for (ServiceStatus service : services) {
      String from = "  " + ids.get(service.name());
      appendEdges(text, from + " --> ", of(service).requires(), ids);
      appendEdges(text, from + " -. wants .-> ", of(service).wants(), ids);
      appendEdges(text, from + " -. after .-> ", of(service).after(), ids);
      appendEdges(text, from + " x-- conflicts --x ", of(service).conflicts(), ids);
    }
    return text.toString();
  }

  private static void appendEdges(
      StringBuilder text, String from, Collection<String> names, Map<String, String> ids) {
    for (String name : new TreeSet<>(names)) {
      if (ids.containsKey(name)) {
        text.append(from).append(ids.get(name)).append('\n');
      }
    }
  }

  /** Replaces what is not a letter, a digit or one of {@code ._-} by its number. */
  private static String escape(String name) {
    StringBuilder escaped = new StringBuilder();
    name.codePoints()
        .forEach(
            it -> {
              if (Character.isLetterOrDigit(it) || "._-".indexOf(it) >= 0) {
                escaped.appendCodePoint(it);
              } else {
                escaped.append('#').append(it).append(';');
              }
            });
    return escaped.toString();
  }
}
