package io.luhproc.kubernetes.stub;

import io.luhproc.kubernetes.json.Json;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks a Job as the server does before it creates one. */
final class JobValidation {
  private static final Pattern OBJECT_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
  private static final Pattern VARIABLE_NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
  private static final int MAX_LABEL = 63;

  private JobValidation() {}

  /** Returns what is wrong; empty if nothing is. */
  static String problem(Json job) {
    String name = job.at("metadata", "name").textOrEmpty();
    if (!OBJECT_NAME.matcher(name).matches()) {
      return ("metadata.name: Invalid value: \"%s\": a lowercase RFC 1123 subdomain must consist of"
              + " lower case alphanumeric characters, '-' or '.', and must start and end with an"
              + " alphanumeric character (e.g. 'example.com', regex used for validation is '%s')")
          .formatted(name, OBJECT_NAME.pattern());
    }
    if (name.length() > MAX_LABEL) {
      return "spec.template.labels: Invalid value: \"%s\": must be no more than 63 characters"
          .formatted(name);
    }
    if (job.at("metadata", "labels").value() instanceof Map<?, ?> labels) {
      for (Object value : labels.values()) {
        String text = (String) value;
        if (!LABEL_VALUE.matcher(text).matches() || text.length() > MAX_LABEL) {
          return "metadata.labels: Invalid value: \"%s\"".formatted(text);
        }
      }
    }
    Json container = job.at("spec", "template", "spec", "containers").items().get(0);
    for (Json variable : container.at("env").items()) {
      String variableName = variable.at("name").textOrEmpty();
      if (!VARIABLE_NAME.matcher(variableName).matches()) {
        return "spec.template.spec.containers[0].env[0].name: Invalid value: \"%s\""
            .formatted(variableName);
      }
    }
    return "";
  }
}
