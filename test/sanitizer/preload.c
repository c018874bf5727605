/*
 * preload.c
 *		What the sanitizers' runtime asks for, preloaded into a server (test/run.sh).
 *
 * UBSan's runtime comes in with the extension, long after the server has moved
 * its environment and written its title over it: it would not see UBSAN_OPTIONS.
 */
const char *__ubsan_default_options(void);
char	   *swift_demangle(void);

const char *
__ubsan_default_options(void)
{
	return "print_stacktrace=1:abort_on_error=1:log_path=" REPORTS "/ubsan";
}

/*
 * The runtime looks for this; where it finds none, dlerror leaves a lock of libc's
 * in disorder, on which the server then waits for ever.
 */
char *
swift_demangle(void)
{
	return 0;
}
