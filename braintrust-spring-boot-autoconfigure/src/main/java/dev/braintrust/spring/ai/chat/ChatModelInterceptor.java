package dev.braintrust.spring.ai.chat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import dev.braintrust.spring.ProjectTracer;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * Traces calls and streams of a chat model that is used without a client.
 * <p>
 * An inherited convenience method runs on a view that replaces the model, so this
 * interceptor sees the prompt that the method creates. A convenience method that the
 * model overrides calls the model internally and cannot be seen.
 */
public final class ChatModelInterceptor implements MethodInterceptor, InvocationHandler {

	private final ChatModel model;

	private final ProjectTracer tracer;

	private final ProjectChatModel traced;

	private final ChatModel view;

	public ChatModelInterceptor(ChatModel model, ChatTracing tracing) {
		this.model = model;
		this.tracer = tracing.tracer();
		this.traced = ProjectChatModel.alone(model, tracing);
		this.view = (ChatModel) Proxy.newProxyInstance(ChatModel.class.getClassLoader(),
				new Class<?>[] { ChatModel.class }, this);
	}

	public ChatModel model() {
		return this.model;
	}

	public ProjectTracer tracer() {
		return this.tracer;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		return invoke(this.view, invocation.getMethod(), invocation.getArguments());
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		@Nullable Object[] values = (arguments != null) ? arguments : new Object[0];
		if (values.length == 1 && values[0] instanceof Prompt prompt) {
			switch (method.getName()) {
				case "call":
					return this.traced.call(prompt);
				case "stream":
					return this.traced.stream(prompt);
				default:
			}
		}
		Method declared = ClassUtils.getMethodIfAvailable(ChatModel.class, method.getName(),
				method.getParameterTypes());
		return (declared != null && isInherited(declared))
				? InvocationHandler.invokeDefault(this.view, declared, values)
				: AopUtils.invokeJoinpointUsingReflection(this.model, method, values);
	}

	private boolean isInherited(Method method) {
		return method.isDefault() && method.equals(
				ClassUtils.getMethodIfAvailable(this.model.getClass(), method.getName(), method.getParameterTypes()));
	}

}
