package dev.braintrust.spring.autoconfigure.diagnostics;

/**
 * Thrown at startup if a bean of the application has the key of a project as its name and
 * could be injected for that project by mistake.
 */
public final class ProjectBeanNameException extends RuntimeException {

	private final String key;

	private final String type;

	public ProjectBeanNameException(String key, Class<?> type) {
		super("The bean '" + key + "' of type " + type.getName() + " has the key of a Braintrust project as its name");
		this.key = key;
		this.type = type.getName();
	}

	String description() {
		return "The bean '" + this.key + "' of type " + this.type + " is named like the Braintrust project '" + this.key
				+ "' but does not belong to it. Spring would inject it, by its name, wherever @BraintrustProject(\""
				+ this.key + "\") asks for a bean of such a type.";
	}

	String action() {
		return "If the bean belongs to the project, annotate it with @BraintrustProject(\"" + this.key
				+ "\"). If not, give it another name.";
	}

}
