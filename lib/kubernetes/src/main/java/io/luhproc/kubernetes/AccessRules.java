package io.luhproc.kubernetes;

import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.client.ResourcePath;
import io.luhproc.kubernetes.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rights that the engine needs, and no more. */
final class AccessRules {
  private static final List<Rule> RULES =
      List.of(
          new Rule("batch", "jobs", "", List.of("create", "get", "list", "watch", "delete")),
          new Rule("", "pods", "", List.of("get", "list", "watch")),
          new Rule("", "pods", "log", List.of("get")));
  private static final ResourcePath REVIEWS =
      new ResourcePath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");

  /** Stands for a service account that is not known. */
  static final String UNKNOWN_ACCOUNT = "NAME";

  private AccessRules() {}

  private record Rule(String group, String resource, String subresource, List<String> verbs) {
    String name() {
      return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
  }

  /** Returns the rights that this process lacks in a namespace, such as {@code jobs: create}. */
  static List<String> missing(ApiClient api, String namespace) {
    if (denied(api, namespace).isEmpty()) {
      return List.of();
    }
    // A server that begins has not read all rights yet.
    api.requireReady("ask for rights");
    return denied(api, namespace);
  }

  private static List<String> denied(ApiClient api, String namespace) {
    List<String> missing = new ArrayList<>();
    for (Rule rule : RULES) {
      List<String> verbs = new ArrayList<>(rule.verbs());
      verbs.removeIf(verb -> isAllowed(api, namespace, rule, verb));
      if (!verbs.isEmpty()) {
        missing.add(rule.name() + ": " + String.join(", ", verbs));
      }
    }
    return missing;
  }

  private static boolean isAllowed(ApiClient api, String namespace, Rule rule, String verb) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("namespace", namespace);
    attributes.put("verb", verb);
    attributes.put("group", rule.group());
    attributes.put("resource", rule.resource());
    attributes.put("subresource", rule.subresource());
    Json review =
        api.create(
            REVIEWS,
            Map.of(
                "apiVersion",
                "authorization.k8s.io/v1",
                "kind",
                "SelfSubjectAccessReview",
                "spec",
                Map.of("resourceAttributes", attributes)));
    return review.at("status", "allowed").isTrue();
  }

  /**
   * Returns the Role, and the RoleBinding that gives it to a service account. The names are quoted:
   * {@code 123} and {@code null} are names too.
   */
  static String yaml(String namespace, String serviceAccount) {
    StringBuilder rules = new StringBuilder();
    for (Rule rule : RULES) {
      rules.append(
          "- apiGroups: [\"%s\"]\n  resources: [\"%s\"]\n  verbs: [\"%s\"]\n"
              .formatted(rule.group(), rule.name(), String.join("\", \"", rule.verbs())));
    }
    return """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      name: luhproc
      namespace: "%1$s"
    rules:
    %3$s---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: luhproc
      namespace: "%1$s"
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: Role
      name: luhproc
    subjects:
    - kind: ServiceAccount
      name: "%2$s"
      namespace: "%1$s"
    """
        .formatted(namespace, serviceAccount, rules);
  }
}
