package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collector;
import java.util.stream.Collectors;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;

/**
 * Explains which project or bean an injection point can name if several project beans
 * match. It runs before Boot's own analyzer, which would advise to mark a bean as
 * primary.
 */
class ProjectChoiceFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoUniqueBeanDefinitionException>
		implements Ordered {

	private final BeanFactory beanFactory;

	ProjectChoiceFailureAnalyzer(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoUniqueBeanDefinitionException cause,
			@Nullable String description) {
		InjectionPoint injectionPoint = ProjectInjectionFailureAnalyzer.injectionPoint(rootFailure, cause);
		ResolvableType type = cause.getResolvableType();
		if (injectionPoint == null || type == null || cause.getBeanNamesFound() == null) {
			return null;
		}
		Collection<String> found = declared(cause.getBeanNamesFound());
		Map<String, String> keys = keys(found);
		if (keys.isEmpty()) {
			return null;
		}
		BraintrustProject project = ProjectInjectionFailureAnalyzer.annotation(injectionPoint);
		String wanted = description + " asks for a bean of type '" + type.toClass().getName() + "'";
		if (project != null) {
			return new FailureAnalysis(
					wanted + " of the Braintrust project '" + project.value() + "', and several belong to it: "
							+ quoted(found) + ".",
					"Name one of the beans instead of the project: " + qualifiers(found) + ".", cause);
		}
		List<String> described = new ArrayList<>();
		found.forEach((name) -> described.add("'" + name + "'"
				+ (keys.containsKey(name) ? " of the project '" + keys.get(name) + "'" : " of no project")));
		return new FailureAnalysis(wanted + " without naming a Braintrust project, and several match: "
				+ String.join(", ", described) + ".", action(found, keys), cause);
	}

	// The starter's own beans are left out, because they back off for the
	// application's beans.
	private static Collection<String> declared(Collection<String> names) {
		return names.stream().filter((name) -> !name.startsWith(ProjectKeys.PREFIX)).toList();
	}

	private Map<String, String> keys(Collection<String> names) {
		Map<String, String> keys = new LinkedHashMap<>();
		if (this.beanFactory instanceof ListableBeanFactory listable) {
			for (String name : names) {
				String key = BeanOwners.of(listable, name);
				if (key != null) {
					keys.put(name, key);
				}
			}
		}
		return keys;
	}

	private static String action(Collection<String> found, Map<String, String> keys) {
		Map<String, List<String>> byKey = new LinkedHashMap<>();
		keys.forEach((name, key) -> byKey.computeIfAbsent(key, (any) -> new ArrayList<>()).add(name));
		StringBuilder action = new StringBuilder("Annotate the injection point with the key of the project: ");
		action.append(
				byKey.keySet().stream().map((key) -> "@BraintrustProject(\"" + key + "\")").collect(joiningChoices()));
		action.append('.');
		byKey.forEach((key, names) -> {
			if (names.size() > 1) {
				action.append(" The project '" + key + "' has several, so name one of them instead: "
						+ qualifiers(names) + ".");
			}
		});
		List<String> others = found.stream().filter((name) -> !keys.containsKey(name)).toList();
		if (!others.isEmpty()) {
			action.append(" To inject a bean of no project, name it: " + qualifiers(others) + ".");
		}
		return action.toString();
	}

	private static String quoted(Collection<String> names) {
		return names.stream().map((name) -> "'" + name + "'").collect(Collectors.joining(", "));
	}

	private static String qualifiers(Collection<String> names) {
		return names.stream().map((name) -> "@Qualifier(\"" + name + "\")").collect(joiningChoices());
	}

	private static Collector<CharSequence, ?, String> joiningChoices() {
		return Collectors.joining(" or ");
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
