// The colours of highlighted code, for the classes that Pygments gives.
import QtQuick

QtObject {
    required property color keyword
    required property color name
    required property color builtin
    required property color literal
    required property color number
    required property color comment
    required property color sign
    readonly property string css: rule(["k", "kc", "kd", "kn", "kp", "kr", "kt", "ow"], keyword) + rule(["nf", "nc", "nd", "fm", "nt", "nn"], name) + rule(["nb", "bp", "na", "nv", "no", "ne"], builtin) + rule(["s", "s1", "s2", "sb", "sc", "sd", "se", "si", "sr", "ss", "sa", "dl"], literal) + rule(["m", "mi", "mf", "mh", "mo", "mb", "il"], number) + rule(["c", "c1", "cm", "cp", "ch", "cs"], comment) + rule(["o", "p"], sign)

    function rule(classes: list<string>, ink: color): string {
        return classes.map(name => "." + name).join(",") + " { color: " + ink + "; }";
    }
}
