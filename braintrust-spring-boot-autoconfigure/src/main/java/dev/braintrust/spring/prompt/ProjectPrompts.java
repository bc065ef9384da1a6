package dev.braintrust.spring.prompt;

import dev.braintrust.spring.BraintrustProject;

/**
 * The prompts of one project. Each declared project has a bean of this type, which you
 * inject by the project's key:
 *
 * <pre class="code">
 * &#64;Autowired
 * &#64;BraintrustProject("support")
 * ProjectPrompts prompts;
 * </pre>
 *
 * @see BraintrustProject
 * @see BraintrustPrompts
 */
public interface ProjectPrompts {

	/**
	 * The key of the project.
	 * @return the key
	 */
	String project();

	/**
	 * Request a prompt. It is loaded by {@link PromptRequest#get()}.
	 * @param slug the slug of the prompt in Braintrust
	 * @return a request, on which you can choose a version
	 */
	PromptRequest load(String slug);

}
