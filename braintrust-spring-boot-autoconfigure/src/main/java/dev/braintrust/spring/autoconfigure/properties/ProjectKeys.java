package dev.braintrust.spring.autoconfigure.properties;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The declared projects, read once and checked.
 */
public final class ProjectKeys implements ConfigurationPropertiesBindHandlerAdvisor {

	public static final String PREFIX = "braintrust.projects";

	// The name of the bean with the keys that were read when project beans
	// were registered.
	public static final String BEAN_NAME = "braintrust.projectKeys";

	private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

	private final Map<String, ProjectProperties> projects;

	private final Set<String> unknown;

	private ProjectKeys(Map<String, ProjectProperties> projects, Set<String> unknown) {
		this.projects = projects;
		this.unknown = unknown;
	}

	// Read the projects from the environment. Works before other properties are bound.
	public static ProjectKeys read(Environment environment) {
		WrittenProperties written = new WrittenProperties(environment);
		checkGrammar(written);
		Map<String, ProjectProperties> projects = bind(environment, written);
		check(projects.keySet(), written);
		return new ProjectKeys(projects, written.unknown());
	}

	private static Map<String, ProjectProperties> bind(Environment environment, WrittenProperties written) {
		try {
			return ProjectBindHandler.binder(environment)
				.bind(PREFIX, Bindable.mapOf(String.class, ProjectProperties.class), new ProjectBindHandler(written))
				.orElse(Map.of());
		}
		catch (BindException ex) {
			if (ex.getCause() instanceof ConverterNotFoundException) {
				throw textForProperties(ex.getName().toString());
			}
			throw ex;
		}
	}

	// Bind all properties, including the projects.
	public static BraintrustProperties bindAll(Environment environment) {
		ProjectKeys keys = read(environment);
		return Binder.get(environment)
			.bindOrCreate("braintrust", Bindable.of(BraintrustProperties.class), keys.apply(BindHandler.DEFAULT));
	}

	// Reuses the projects that are already bound.
	@Override
	public BindHandler apply(BindHandler parent) {
		return new AbstractBindHandler(parent) {

			@Override
			public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
					BindContext context) {
				return name.equals(ProjectBindHandler.PROJECTS) ? null : super.onStart(name, target, context);
			}

			@Override
			public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
					Object result) {
				// This handler is also called for the properties of other libraries.
				boolean ours = result instanceof Record
						&& result.getClass().getPackageName().equals(ProjectKeys.class.getPackageName());
				Object bound = ours ? ProjectBindHandler.group(name, target, context, result) : result;
				return (bound != null) ? super.onSuccess(name, target, context, bound) : null;
			}

			@Override
			public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
					@Nullable Object result) throws Exception {
				if (result instanceof BraintrustProperties properties) {
					properties.projects().putAll(ProjectKeys.this.projects);
				}
				super.onFinish(name, target, context, result);
			}

		};
	}

	public Set<String> keys() {
		return Collections.unmodifiableSet(this.projects.keySet());
	}

	// The names of the declared projects by key, for suggestions in error messages.
	public Map<String, String> names() {
		return names(this.projects);
	}

	// The key of the project for clients without an annotation, null if not set.
	public static @Nullable String defaultProject(BraintrustProperties properties) {
		String key = properties.defaultProject();
		if (!StringUtils.hasText(key)) {
			return null;
		}
		if (!properties.projects().containsKey(key)) {
			throw new InvalidBraintrustPropertyException(KnownKeys.DEFAULT_PROJECT,
					"names the project '" + key + "', which is not declared",
					KnownKeys.remedy(key, names(properties.projects())));
		}
		return key;
	}

	// Messages about unknown properties.
	public Set<String> unknown() {
		return this.unknown;
	}

	// Whether a text is a valid project key.
	public static boolean isKey(String key) {
		return GRAMMAR.matcher(key).matches();
	}

	// The name of a project bean.
	public static String beanName(String key, String factoryMethod) {
		return PREFIX + "." + key + "." + factoryMethod;
	}

	static Map<String, String> names(Map<String, ProjectProperties> projects) {
		Map<String, String> names = new LinkedHashMap<>();
		projects.forEach(
				(key, project) -> names.put(key, StringUtils.hasText(project.name()) ? project.name().strip() : key));
		return names;
	}

	private static InvalidBraintrustPropertyException textForProperties(String property) {
		return new InvalidBraintrustPropertyException(property,
				"has a text as its value instead of properties below it",
				"Write the properties below it. The name of a project, for example, is set by '" + PREFIX
						+ ".<key>.name'.");
	}

	// Check keys of any source: tests declare projects without properties.
	static void check(Set<String> keys) {
		for (String key : keys) {
			checkGrammar(key, PREFIX + "." + key);
		}
		checkDistinct(keys);
	}

	private static void check(Set<String> keys, WrittenProperties written) {
		check(keys);
		for (Map.Entry<String, String> entry : written.keys()) {
			checkDeclared(entry.getKey(), entry.getValue(), keys, written);
		}
	}

	private static void checkDistinct(Set<String> keys) {
		Map<String, String> uniform = new TreeMap<>();
		for (String key : keys) {
			String other = uniform.putIfAbsent(WrittenProperties.uniform(key), key);
			if (other != null) {
				throw sameKeyTwice(other, key);
			}
		}
	}

	private static void checkDeclared(String key, String property, Set<String> keys, WrittenProperties written) {
		if (!keys.contains(key)) {
			throw KnownKeys.notDeclared(key, property);
		}
		String other = written.withoutBrackets(key, property);
		if (other != null) {
			throw new InvalidBraintrustPropertyException(property,
					"has the project key in brackets, and '" + other + "' has it without",
					"Remove the brackets: if both occur, one hides the other.");
		}
	}

	private static void checkGrammar(WrittenProperties written) {
		String element = written.firstElementOfAList();
		if (element != null) {
			throw new InvalidBraintrustPropertyException(element, "is in a list, but projects need keys",
					"Replace each dash with the key of the project and a colon, as in '" + PREFIX
							+ ".my-agent.name'. The key is what '@BraintrustProject(\"my-agent\")' refers to.");
		}
		for (Map.Entry<String, String> entry : written.keys()) {
			checkGrammar(entry.getKey(), entry.getValue());
		}
	}

	private static void checkGrammar(String key, String property) {
		if (key.isEmpty()) {
			throw new InvalidBraintrustPropertyException(property, "has no project key",
					"Put the key of a project after '" + PREFIX + "', for example '" + PREFIX + ".my-agent.name'.");
		}
		if (!isKey(key)) {
			String suggestion = KnownKeys.suggestion(key);
			throw new InvalidBraintrustPropertyException(property,
					"has the project key '" + key
							+ "', which is not made of lower-case letters, digits and single dashes between them",
					"Rename the key, for example to '" + suggestion
							+ "'. What Braintrust shows can be any text and is set by '" + PREFIX + "." + suggestion
							+ ".name'.");
		}
	}

	private static InvalidBraintrustPropertyException sameKeyTwice(String one, String another) {
		return new InvalidBraintrustPropertyException(PREFIX + "." + another,
				"has a key that differs from '" + PREFIX + "." + one + "' only in dashes",
				"Use one form of the key for one project, or keys that differ in letters or digits.");
	}

}
