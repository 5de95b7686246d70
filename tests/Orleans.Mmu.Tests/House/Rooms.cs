using System.Reflection;
using System.Xml.Linq;

namespace Orleans.Mmu.Tests.House;

/// <summary>The rooms of src/, from the ground up, and what each of them names.</summary>
internal static class Rooms
{
    /// <summary>A room may use any room that stands before it.</summary>
    public static IReadOnlyList<string> FromTheGround { get; } =
    [
        "Inputs", "Exploration", "Arm", "Linux", "Import", "Audit", "Verdicts", "Explain", "Traces", "Costs",
        "Litmus", "Speculation", "Coordination", "Checking", "Interfaces", "Grains", "Distribution", "Viewer", "Silo",
        "Testing", "Client",
    ];

    /// <summary>Rooms that know neither Orleans nor any other package.</summary>
    public static IReadOnlyList<string> WithoutPackages { get; } =
        [.. FromTheGround.TakeWhile(room => room != "Interfaces")];

    /// <summary>A room's project file.</summary>
    public static XDocument Project(string room) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", room, $"{room}.csproj"));

    /// <summary>A room's assembly.</summary>
    public static Assembly Assembly(string room) =>
        System.Reflection.Assembly.Load(room == "Client" ? "mmu" : $"Orleans.Mmu.{room}");
}
