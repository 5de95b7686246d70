/// <summary>
/// What .NET calls in a process that names this assembly in DOTNET_STARTUP_HOOKS: it writes down which assemblies were
/// loaded.
/// </summary>
internal static class StartupHook
{
    public const string ReportVariable = "MMU_TEST_LOADED_ASSEMBLIES";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } report)
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
                File.WriteAllLines(report, AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetName().Name!));
    }
}
